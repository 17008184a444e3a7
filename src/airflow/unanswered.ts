import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'this name is not known',
  EAI_AGAIN: 'the name server does not answer',
  ECONNRESET: 'the connection was cut',
  ECONNABORTED: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'the connection was cut in the middle of the answer',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  EHOSTUNREACH: 'no way leads to this host',
  ENETUNREACH: 'no way leads to this network',
  EADDRNOTAVAIL: 'no way leads to this address',
  EPROTO: 'it does not speak TLS: http:// in place of https://?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: http:// in place of https://?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: http:// in place of https://?',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (self-signed): name it as ca_file in the profile',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: name its authority as ca_file in the profile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted: name its authority as ca_file in the profile',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a certificate of this machine: name it as client_cert',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the certificate of this machine (client_cert)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted: name its authority as ca_file in the profile',
};

const noHandshake = 'it ends the TLS handshake: it may want a certificate of this machine (client_cert)';

/**
 * Why a request got no answer. Takes code and message only: the error of got holds the credentials of the request.
 * `where` is host and port.
 */
export function unanswered(
  error: {readonly code: string; readonly message: string},
  where: string,
  timeoutMs: number,
): Problem {
  const {code} = error;
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') {
    return new Problem('airflow.timeout', `${where} did not answer within ${timeoutMs / 1000} s`);
  }
  if (code === 'ERR_PROXY_TUNNEL') {
    const said = /HTTP\/1\.\d (\d{3}.*)$/.exec(error.message)?.[1] ?? 'it does not connect';
    return new Problem('airflow.proxy', oneLine(`${where}: ${said}`, 160));
  }
  if (code.startsWith('HPE_')) return new Problem('airflow.not-airflow', `${where} does not speak HTTP (${code})`);
  // TLS 1.2 says no more than this where it misses a certificate.
  const isEnded = code === 'EPROTO' && error.message.includes('alert handshake failure');
  const reason = isEnded ? noHandshake : (reasons[code] ?? oneLine(error.message, 120));
  return new Problem('airflow.unreachable', `${where}: ${reason} (${code})`);
}
