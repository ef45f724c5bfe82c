// The partner's answers in the style of the OpenTravel Alliance's OTA_HotelResNotifRQ (2003/05), with a namespace of its own beside it.

import { escapeXml } from './markup.ts';
import type { Reservation } from './reservation-table.ts';

export function otaMessage(reservations: readonly Reservation[], now: Date): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<OTA_HotelResNotifRQ xmlns="http://www.opentravel.org/OTA/2003/05" xmlns:px="urn:example:partner" TimeStamp="${now.toISOString()}" Version="1.003">
  <HotelReservations>
${reservations.map(hotelReservation).join('\n')}
  </HotelReservations>
</OTA_HotelResNotifRQ>
`;
}

export function otaError(message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<OTA_HotelResNotifRS xmlns="http://www.opentravel.org/OTA/2003/05" Version="1.003">
  <Errors><Error Type="3" ShortText="${escapeXml(message)}"/></Errors>
</OTA_HotelResNotifRS>
`;
}

function hotelReservation(reservation: Reservation): string {
  const { id, externalRef, room, nights, guest, BookingNote, GuestComment, arriving, receivedAt } = reservation;
  const comment = (name: string, text: string): string =>
    `          <Comment Name="${name}"><Text>${escapeXml(text)}</Text></Comment>`;
  return `    <HotelReservation ResStatus="Commit" CreateDateTime="${escapeXml(receivedAt)}">
      <UniqueID Type="14" ID="${escapeXml(externalRef)}"/>
      <px:Reservation>${escapeXml(id)}</px:Reservation>
      <RoomStays><RoomStay><RoomTypes><RoomType RoomID="${room}"/></RoomTypes>
        <TimeSpan Start="${escapeXml(arriving)}" Duration="P${nights}N"/></RoomStay></RoomStays>
      <ResGlobalInfo>
        <Profiles><ProfileInfo><Profile><Customer><PersonName><Surname>${escapeXml(guest)}</Surname></PersonName></Customer></Profile></ProfileInfo></Profiles>
        <Comments>
${comment('BookingNote', BookingNote)}
${comment('GuestComment', GuestComment)}
        </Comments>
      </ResGlobalInfo>
    </HotelReservation>`;
}
