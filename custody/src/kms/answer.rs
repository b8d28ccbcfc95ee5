//! What KMS answers, as the rest of custody understands it.

use std::error::Error;
use std::fmt::Write;

use aws_sdk_kms::config::http::HttpResponse;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::operation::RequestId;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;

use crate::provider::ProviderError;

/// A call: its name in policies, and the key that it is about.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    /// Such as `kms:Decrypt`.
    pub(super) operation: &'static str,
    /// The key's ARN, or what the settings call it.
    pub(super) key: &'a str,
}

/// Why a call has no answer. It says nothing of what was sent or came back:
/// both may hold data keys, and the SDK's own errors print them.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed: {how}")]
pub(super) struct Unanswered {
    operation: &'static str,
    how: String,
}

impl Call<'_> {
    /// Makes the call. What the SDK logs meanwhile is dropped: at TRACE it
    /// writes whole requests.
    pub(super) async fn answer<T, E>(
        self,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, ProviderError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let outcome = call.with_subscriber(Dispatch::none()).await;
        outcome.map_err(|error| self.failure(&error))
    }

    /// The answer lacks what it must have.
    pub(super) fn incomplete(self) -> ProviderError {
        self.unanswered("the answer lacks something".to_owned())
    }

    /// It is refused for good, in words for an operator.
    pub(super) fn refused(self, why: &str) -> ProviderError {
        let Self { operation, key } = self;
        ProviderError::Refused(format!("{operation} with {key}: {why}"))
    }

    fn failure<E>(self, error: &SdkError<E, HttpResponse>) -> ProviderError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let code = error.as_service_error().and_then(|it| it.code());
        match code.map(verdict) {
            Some(Verdict::Tampered) => ProviderError::Tampered,
            Some(Verdict::Refused(why)) => {
                let request = error.request_id().unwrap_or("unknown");
                let code = code.unwrap_or_default();
                self.refused(&format!("{why} ({code}, request {request})"))
            }
            Some(Verdict::Later) | None => self.unanswered(how(error)),
        }
    }

    fn unanswered(self, how: String) -> ProviderError {
        let operation = self.operation;
        ProviderError::Unavailable(Box::new(Unanswered { operation, how }))
    }
}

/// What an error code means for the caller.
enum Verdict {
    Tampered,
    Refused(&'static str),
    Later,
}

/// Codes of the KMS API reference ("Errors" of each action, "Common error
/// types"). Codes that are not known are taken for passing trouble: nothing is
/// given up for good on their account.
fn verdict(code: &str) -> Verdict {
    Verdict::Refused(match code {
        "InvalidCiphertextException" | "IncorrectKeyException" => return Verdict::Tampered,
        "DisabledException" => "the key is disabled",
        "KMSInvalidStateException" => {
            "the key's state does not allow it (deletion pending, or its material is not there)"
        }
        "AccessDeniedException" | "AccessDenied" => {
            "it is not allowed by the key policy, grants or IAM policies"
        }
        "NotFoundException" => "there is no such key in this region and account",
        "InvalidKeyUsageException" | "UnsupportedOperationException" => {
            "the key is not made for this use"
        }
        "InvalidArnException" | "ValidationException" => "the key's name or the request is invalid",
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "OptInRequired" => "the credentials are not accepted",
        _ => return Verdict::Later,
    })
}

/// How a call failed, without a word of its contents.
fn how<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut how = match error {
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(failure) => failure
            .as_connector_error()
            .map_or_else(|| "no connection".to_owned(), |it| chain(it)),
        SdkError::ConstructionFailure(_) => "the request could not be made".to_owned(),
        SdkError::ServiceError(_) => "an error instead of an answer".to_owned(),
        _ => "the answer is malformed".to_owned(),
    };
    if let Some(response) = error.raw_response() {
        let _ = write!(how, ", status {}", response.status().as_u16());
    }
    if let Some(code) = error.as_service_error().and_then(|it| it.code()) {
        let _ = write!(how, ", {:.64}", code.escape_debug().to_string());
    }
    how
}

/// An error with its causes. Used for connections only: they fail before
/// anything is read, or while bytes that are not shown are on the way.
fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(words, ": {error}");
        cause = error.source();
    }
    words
}
