//! Certificates for any name and any time, written byte by byte (RFC 5280) and signed with Ed25519: a key is any 32
//! bytes, so that nothing has to be kept or made by another program.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::clock::Clock;
use tempfile::TempDir;
use tokio_rustls::rustls::SignatureScheme;
use tokio_rustls::rustls::crypto::aws_lc_rs::sign::any_eddsa_type;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};

/// Before the 32 bytes of a key (RFC 8410).
const KEY: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// The algorithm Ed25519.
const ALGORITHM: [u8; 7] = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
const COMMON_NAME: [u8; 5] = [6, 3, 0x55, 4, 3];
const ALTERNATIVE_NAME: [u8; 5] = [6, 3, 0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS: [u8; 5] = [6, 3, 0x55, 0x1d, 0x13];
const TRUE: [u8; 3] = [1, 1, 0xff];
/// The third version, and a serial number.
const BEGIN: [u8; 8] = [0xa0, 3, 2, 1, 2, 2, 1, 1];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OCTETS: u8 = 4;
const BITS: u8 = 3;
const TEXT: u8 = 0x0c;
const TIME: u8 = 0x18;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Days from today: long ago, and far ahead.
pub(crate) const VALID: Range<i64> = -30..335;

/// Who makes certificates, and a file with its own for those who trust it.
pub(crate) struct Authority {
    name: Vec<u8>,
    key: Arc<dyn SigningKey>,
    directory: TempDir,
}

impl Authority {
    /// Whom nobody trusts yet.
    pub(crate) fn new(name: &str) -> Self {
        let name =
            tlv(SEQUENCE, &[&tlv(SET, &[&tlv(SEQUENCE, &[&COMMON_NAME, &tlv(TEXT, &[name.as_bytes()])])])]);
        let directory = tempfile::tempdir().expect("a directory");
        let authority = Self { name, key: key(), directory };
        let is_authority = extension(&[&BASIC_CONSTRAINTS, &TRUE], &[&TRUE]);
        let certificate = authority.sign(&authority.key, VALID, &is_authority);
        let text =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(&certificate));
        std::fs::write(authority.file(), text).expect("written");
        authority
    }

    /// What `SSL_CERT_FILE` names where it is trusted.
    pub(crate) fn file(&self) -> String {
        self.directory.path().join("authority.pem").display().to_string()
    }

    /// A server's certificate for that name or number, and its key.
    pub(crate) fn certify(&self, name: &str, days: Range<i64>) -> CertifiedKey {
        let name = match name.parse() {
            Ok(IpAddr::V4(ip)) => tlv(IP_ADDRESS, &[&ip.octets()]),
            Ok(IpAddr::V6(ip)) => tlv(IP_ADDRESS, &[&ip.octets()]),
            Err(_) => tlv(DNS_NAME, &[name.as_bytes()]),
        };
        let key = key();
        let certificate = self.sign(&key, days, &extension(&[&ALTERNATIVE_NAME], &[&name]));
        CertifiedKey::new(vec![CertificateDer::from(certificate)], key)
    }

    fn sign(&self, of: &Arc<dyn SigningKey>, days: Range<i64>, extension: &[u8]) -> Vec<u8> {
        let times = tlv(SEQUENCE, &[&time(days.start), &time(days.end)]);
        let public = of.public_key().expect("it has one");
        let extensions = tlv(EXTENSIONS, &[&tlv(SEQUENCE, &[extension])]);
        let told: [&[u8]; 7] = [&BEGIN, &ALGORITHM, &self.name, &times, &self.name, &public, &extensions];
        let told = tlv(SEQUENCE, &told);
        let signer = self.key.choose_scheme(&[SignatureScheme::ED25519]).expect("its only one");
        let signature = signer.sign(&told).expect("signed");
        tlv(SEQUENCE, &[&told, &ALGORITHM, &tlv(BITS, &[&[0], &signature])])
    }
}

fn key() -> Arc<dyn SigningKey> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("random bytes");
    any_eddsa_type(&PrivatePkcs8KeyDer::from([&KEY[..], &secret].concat())).expect("a key")
}

fn extension(id: &[&[u8]], value: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &[&id.concat(), &tlv(OCTETS, &[&tlv(SEQUENCE, value)])])
}

/// So many days from now.
fn time(days: i64) -> Vec<u8> {
    let now = SystemClock.now();
    let far = Duration::from_hours(24 * days.unsigned_abs());
    let time: Timestamp = if days < 0 { now - far } else { now + far };
    let digits: String = time.utc().chars().filter(char::is_ascii_digit).collect();
    tlv(TIME, &[digits.as_bytes(), b"00Z"])
}

/// A value with its kind and length.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut value = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short @ ..0x80) => value.push(short),
        Ok(length) => value.extend([0x81, length]),
        Err(_) => {
            value.push(0x82);
            value.extend(u16::try_from(content.len()).expect("a short value").to_be_bytes());
        }
    }
    value.extend(content);
    value
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let known = place <= three.len();
            text.push(if known { char::from(ALPHABET[bits >> (18 - 6 * place) & 63]) } else { '=' });
        }
    }
    text
}
