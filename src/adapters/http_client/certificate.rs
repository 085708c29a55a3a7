//! Until when a server's certificate is valid. The library that checks certificates reads it, so that both understand the
//! same: asked about the first and the last moment of all time, it says from when on and until when it would be valid.

use std::time::Duration;

use reqwest::Response;
use reqwest::tls::TlsInfo;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage};

use crate::application::doctor::Validity;
use crate::domain::time::Timestamp;

/// How long the certificate of the server that answered is valid; `None` without TLS, or where it cannot be read.
pub(in crate::adapters) fn validity(response: &Response, seen: Timestamp) -> Option<Validity> {
    let shown = response.extensions().get::<TlsInfo>()?.peer_certificate()?;
    let (from, until) = bounds(shown)?;
    Some(Validity { from, until, seen })
}

fn bounds(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let certificate = CertificateDer::from(certificate);
    let certificate = EndEntityCert::try_from(&certificate).ok()?;
    let refused_at = |time: Duration| {
        let time = UnixTime::since_unix_epoch(time);
        certificate.verify_for_usage(&[], &[], &[], time, KeyUsage::server_auth(), None, None).err()
    };
    let Some(Error::CertNotValidYet { not_before, .. }) = refused_at(Duration::ZERO) else { return None };
    let Some(Error::CertExpired { not_after, .. }) = refused_at(Duration::MAX) else { return None };
    Some((timestamp(not_before)?, timestamp(not_after)?))
}

fn timestamp(time: UnixTime) -> Option<Timestamp> {
    i64::try_from(time.as_secs()).ok()?.checked_mul(1000).map(Timestamp::from_millis)
}
