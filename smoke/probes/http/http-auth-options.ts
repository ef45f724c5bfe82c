// The options `auth` and `tls` of the `http` plug-in: how a request says who it comes from.

import * as v from 'valibot';
import { told } from '../told.ts';
import { webAddress } from './web-address.ts';

export type OAuth2 = {
  'token-url': string;
  'client-id': string;
  'client-secret': string;
  scope?: string | undefined;
  audience?: string | undefined;
  /** Where the client's credentials stand in the request for a token. Default header. */
  in?: 'header' | 'body' | undefined;
};

/** Exactly one of them. */
export type HttpAuth = {
  basic?: { user: string; password: string } | undefined;
  bearer?: string | undefined;
  oauth2?: OAuth2 | undefined;
};

/** Paths of PEM files, from the scenario's folder. */
export type HttpTls = {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  passphrase?: string | undefined;
  servername?: string | undefined;
};

const unknownKey = v.never('unknown key');
const text = v.pipe(v.string(), v.minLength(1, 'nothing stands here'));

function about<S extends v.GenericSchema>(
  schema: S,
  description: string,
  example: unknown,
): v.OptionalSchema<S, undefined> {
  return v.optional(told(schema, description, example), undefined);
}

const basic = v.objectWithRest(
  {
    user: told(
      v.pipe(v.string(), v.regex(/^[^:]*$/, 'a user of basic authentication has no colon in its name')),
      'Who asks.',
      'me',
    ),
    password: told(v.string(), 'Their password; from a secret, since files are shared.', '${{ secret.PASSWORD }}'),
  },
  unknownKey,
);

const oauth2 = v.objectWithRest(
  {
    'token-url': told(webAddress, 'Where tokens are fetched.', 'https://login.example/token'),
    'client-id': told(text, 'The client, as the token endpoint knows it.', 'smoketrail'),
    'client-secret': told(text, 'Its secret.', '${{ secret.CLIENT_SECRET }}'),
    scope: about(text, 'What the token shall allow, in words with spaces between them.', 'bookings.read'),
    audience: about(text, 'For whom the token shall be, where the token endpoint asks for it.', 'https://api.example'),
    in: about(
      v.picklist(['header', 'body']),
      'Where the client’s id and secret stand in the request for a token. Default header.',
      'body',
    ),
  },
  unknownKey,
);

export const httpAuth: v.GenericSchema<unknown, HttpAuth> = v.pipe(
  v.objectWithRest(
    {
      basic: about(basic, 'User and password.', { user: 'me', password: '${{ secret.PASSWORD }}' }),
      bearer: about(text, 'A token.', '${{ secret.TOKEN }}'),
      oauth2: about(oauth2, 'Client credentials: the token is fetched once a run, shared, and renewed in time.', {
        'token-url': 'https://login.example/token',
        'client-id': 'smoketrail',
        'client-secret': '${{ secret.CLIENT_SECRET }}',
      }),
    },
    unknownKey,
  ),
  v.check(
    (auth) => Object.values(auth).filter((kind) => kind !== undefined).length === 1,
    'one of basic, bearer and oauth2',
  ),
);

export const httpTls: v.GenericSchema<unknown, HttpTls> = v.pipe(
  v.objectWithRest(
    {
      ca: about(text, 'The authorities that vouch for the server, in place of the usual ones: a PEM file.', './ca.pem'),
      cert: about(text, 'The client’s certificate, and those above it: a PEM file.', './client.pem'),
      key: about(text, 'The client’s key: a PEM file. Default: it stands in the file of `cert`.', './client.key'),
      passphrase: about(text, 'Opens the key.', '${{ secret.KEY_PASSPHRASE }}'),
      servername: about(
        text,
        'The name that the server’s certificate must carry. Default: the host of `url`.',
        'api.example',
      ),
    },
    unknownKey,
  ),
  v.check(
    ({ key, cert }) => key === undefined || cert !== undefined,
    'a key needs the certificate that goes with it: cert',
  ),
  v.check(
    ({ passphrase, cert }) => passphrase === undefined || cert !== undefined,
    'a passphrase opens the key of a cert',
  ),
);
