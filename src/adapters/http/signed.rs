//! A signed request whose body stays bytes until it is verified. The document gets the JSON schema of `T` all the
//! same; nothing is parsed here, and nothing is refused by its unsigned headers but what the signature needs.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use poem::error::ReadBodyError;
use poem::http::header;
use poem::{Body, Request, RequestBody};
use poem_openapi::registry::{
    MetaMediaType, MetaParamIn, MetaRequest, MetaSchemaRef, MetaSecurityScheme, Registry,
};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::places::Place;
use super::problem::Reason;
use super::replays::Mark;
use crate::application::secrets::Secrets;
use crate::domain::time::Timestamp;

/// Longest body. Talk's longest text needs 0.9 MB with its quote; a shared contact's photo comes on top.
pub(super) const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// The whole body has to arrive within this time. Talk itself gives up after 5 s.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

const RANDOM_HEADER: &str = "X-Nextcloud-Talk-Random";
const SIGNATURE_HEADER: &str = "X-Nextcloud-Talk-Signature";
const SCHEME: &str = "TalkSignature";

/// An HMAC-SHA256 in hex.
const SIGNATURE_DIGITS: usize = 64;

/// A request that claims to be signed. Its body is not read yet.
pub(super) struct Signed<T> {
    claim: Option<Claim>,
    declared_length: Option<u64>,
    body: Body,
    place: Option<Arc<Place>>,
    schema: PhantomData<fn() -> T>,
}

struct Claim {
    random: String,
    signature: String,
}

/// A request whose body is here and is not verified yet.
pub(super) struct Sealed {
    claim: Claim,
    body: Vec<u8>,
    place: Option<Arc<Place>>,
}

/// A request that was verified.
pub(super) struct Opened {
    /// Its body.
    pub(super) body: Vec<u8>,
    /// By what it is known again.
    pub(super) mark: Mark,
    /// Counts the memory until it is done with.
    _place: Option<Arc<Place>>,
}

impl<T> Signed<T> {
    /// Reads the body, unless the headers already say that it cannot be taken.
    pub(super) async fn read(self) -> Result<Sealed, Reason> {
        let claim = self.claim.ok_or(Reason::Unauthorized)?;
        if self.declared_length.is_some_and(|length| length > LONGEST_BODY as u64) {
            return Err(Reason::TooLarge);
        }
        match tokio::time::timeout(BODY_DEADLINE, self.body.into_bytes_limit(LONGEST_BODY)).await {
            Ok(Ok(body)) => Ok(Sealed { claim, body: body.into(), place: self.place }),
            Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(Reason::TooLarge),
            Ok(Err(_)) | Err(_) => Err(Reason::Incomplete),
        }
    }
}

impl Sealed {
    /// If one of the secrets signed it that count at `now`. Then its connection stays until the answer.
    pub(super) fn open(self, secrets: &Secrets, now: Timestamp) -> Result<Opened, Reason> {
        let Claim { random, signature } = &self.claim;
        let mark = Mark::of(signature).expect("only hex digits, as many as a signature has");
        if !secrets.verify(random, &self.body, signature, now) {
            return Err(Reason::Unauthorized);
        }
        if let Some(place) = &self.place {
            place.keep();
        }
        Ok(Opened { body: self.body, mark, _place: self.place })
    }

    /// Whether the doctor sent it, whether or not it is signed rightly.
    pub(super) fn is_stamped(&self, secrets: &Secrets, now: Timestamp) -> bool {
        secrets.is_stamped(&self.claim.random, now)
    }
}

/// Whether a request with these headers is taken with that body: the whole check, without the wait for the body.
#[must_use]
pub fn is_signed(request: &Request, body: Vec<u8>, secrets: &Secrets, now: Timestamp) -> bool {
    let Some(claim) = Claim::of(request) else { return false };
    Sealed { claim, body, place: None }.open(secrets, now).is_ok()
}

impl Claim {
    /// `None` when it cannot be right, so that the body need not be read.
    fn of(request: &Request) -> Option<Self> {
        let random = request.header(RANDOM_HEADER)?;
        let signature = request.header(SIGNATURE_HEADER)?;
        let digits = signature.bytes().filter(u8::is_ascii_hexdigit).count();
        let plausible =
            !random.is_empty() && signature.len() == SIGNATURE_DIGITS && digits == SIGNATURE_DIGITS;
        plausible.then(|| Self { random: random.to_owned(), signature: signature.to_owned() })
    }
}

/// One extractor for all three, because they are read in one order: header parameter, signature, body. It never
/// fails; what is wrong comes out of `read` and `open`.
impl<'a, T: Type> ApiExtractor<'a> for Signed<T> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::Parameter, ApiExtractorType::SecurityScheme, ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = String;
    type ParamRawType = String;

    fn register(registry: &mut Registry) {
        T::register(registry);
        registry.create_security_scheme(
            SCHEME,
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(concat!(
                    "64 hex digits, either case: HMAC-SHA256 with the bot's secret as the key over the bytes of the ",
                    "header `X-Nextcloud-Talk-Random` followed by the bytes of the body as sent. Nothing else is ",
                    "signed."
                )),
                name: Some(SIGNATURE_HEADER),
                key_in: Some("header"),
                scheme: None,
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(String::schema_ref())
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = MetaMediaType { content_type: "application/json", schema: T::schema_ref() };
        Some(MetaRequest {
            description: Some("One event of a Talk room; at most 2 MiB."),
            content: vec![content],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<String>,
    ) -> poem::Result<Self> {
        let length = request.header(header::CONTENT_LENGTH).and_then(|digits| digits.parse().ok());
        Ok(Self {
            claim: Claim::of(request),
            declared_length: length,
            body: body.take()?,
            place: request.data::<Arc<Place>>().cloned(),
            schema: PhantomData,
        })
    }
}
