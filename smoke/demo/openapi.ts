// What the web app says of its API: an OpenAPI document, as many a system serves one.

/** `token`: whether the API demands one. */
export function openApiDocument(origin: string, token: boolean): unknown {
  const json = (schema: unknown): unknown => ({ 'application/json': { schema } });
  const booking = { $ref: '#/components/schemas/Booking' };
  const missing = { description: 'There is no such booking.' };
  return {
    openapi: '3.1.0',
    info: { title: 'Demo web app', version: '1.0.0' },
    servers: [{ url: origin }],
    ...(token && { security: [{ bearer: [] }] }),
    paths: {
      '/api/bookings': {
        post: {
          operationId: 'createBooking',
          requestBody: { required: true, content: json({ $ref: '#/components/schemas/NewBooking' }) },
          responses: {
            201: {
              description: 'The booking as it was saved.',
              headers: { Location: { schema: { type: 'string' } } },
              content: json(booking),
            },
          },
        },
        get: {
          operationId: 'searchBookings',
          parameters: [{ name: 'search', in: 'query', schema: { type: 'string' } }],
          responses: {
            200: {
              description: 'Newest first.',
              content: json({ type: 'object', properties: { bookings: { type: 'array', items: booking } } }),
            },
          },
        },
      },
      '/api/bookings/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        get: {
          operationId: 'readBooking',
          responses: { 200: { description: 'The booking.', content: json(booking) }, 404: missing },
        },
        delete: { operationId: 'deleteBooking', responses: { 204: { description: 'It is gone.' }, 404: missing } },
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        NewBooking: {
          type: 'object',
          required: ['room', 'nights', 'hostMessage'],
          properties: {
            room: { type: 'integer', minimum: 1, maximum: 9999, example: 101 },
            nights: { type: 'integer', minimum: 1, maximum: 99 },
            guest: { type: 'string', maxLength: 200, example: 'Zoë' },
            hostMessage: { type: 'string', maxLength: 2000 },
          },
        },
        Booking: {
          allOf: [
            { $ref: '#/components/schemas/NewBooking' },
            {
              type: 'object',
              required: ['id', 'createdAt'],
              properties: {
                id: { type: 'integer', readOnly: true },
                createdAt: { type: 'string', format: 'date-time', readOnly: true },
              },
            },
          ],
        },
      },
    },
  };
}
