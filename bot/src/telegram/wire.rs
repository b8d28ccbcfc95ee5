//! One call of the Bot API, and its answer.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::RequestError;
use teloxide::requests::Payload;

use super::fault::ApiFault;

/// How long a call may take before it counts as failed.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(10);

/// A call: what it is, and what goes with it.
pub(super) struct Call {
    method: &'static str,
    params: Value,
}

impl Call {
    /// The call that this payload makes.
    pub(super) fn of<P: Payload + Serialize>(payload: &P) -> Result<Self, ApiFault> {
        // What cannot be written was never asked.
        let params = serde_json::to_value(payload)
            .map_err(|_| ApiFault::Refused("the request cannot be written".to_owned()))?;
        Ok(Self {
            method: P::NAME,
            params,
        })
    }
}

/// Makes calls.
///
/// Not teloxide, which keeps every call for ten seconds after a failure of
/// Telegram's, and knows refusals by their words only.
#[derive(Clone)]
pub(super) struct Wire {
    bot: teloxide::Bot,
}

#[derive(Deserialize)]
struct Envelope<T> {
    ok: bool,
    result: Option<T>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Wire {
    /// Calls with this bot's token.
    pub(super) fn new(bot: teloxide::Bot) -> Self {
        Self { bot }
    }

    /// What knows the token, and where the Bot API is.
    pub(super) fn bot(&self) -> &teloxide::Bot {
        &self.bot
    }

    /// Makes a call that ends within [`CALL_LIMIT`].
    pub(super) async fn call<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ApiFault> {
        self.call_within(call, CALL_LIMIT).await
    }

    /// Makes a call that ends within `limit`.
    pub(super) async fn call_within<T: DeserializeOwned>(
        &self,
        call: &Call,
        limit: Duration,
    ) -> Result<T, ApiFault> {
        match tokio::time::timeout(limit, self.exchange(call)).await {
            Ok(answer) => answer,
            Err(_) => Err(ApiFault::Network("timed out")),
        }
    }

    async fn exchange<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ApiFault> {
        let network = |error| ApiFault::from(RequestError::Network(Arc::new(error)));
        let mut address = self.bot.api_url();
        address
            .path_segments_mut()
            .map_err(|()| ApiFault::Refused("the address has no path".to_owned()))?
            .pop_if_empty()
            .extend([&format!("bot{}", self.bot.token()), call.method]);
        let response = self
            .bot
            .client()
            .post(address)
            .header("content-type", "application/json")
            .body(call.params.to_string())
            .send()
            .await
            .map_err(network)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(network)?;
        read(status, &body)
    }
}

fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, ApiFault> {
    let Ok(envelope) = serde_json::from_slice::<Envelope<T>>(body) else {
        // Whatever stands before the Bot API answers in its own words.
        return Err(match status {
            200..300 => ApiFault::Answer,
            429 | 500.. => ApiFault::refusal(status, "", None),
            _ => ApiFault::Refused(format!("HTTP status {status}")),
        });
    };
    match envelope {
        Envelope {
            ok: true,
            result: Some(result),
            ..
        } => Ok(result),
        Envelope { ok: true, .. } => Err(ApiFault::Answer),
        refused => Err(ApiFault::refusal(
            refused.error_code.unwrap_or(status),
            refused.description.as_deref().unwrap_or_default(),
            refused.parameters.unwrap_or_default().retry_after,
        )),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(200, r#"{"ok":true,"result":7}"#, Ok(7))]
    #[case(200, r#"{"ok":true,"result":"seven"}"#, Err(ApiFault::Answer))]
    #[case(200, r#"{"ok":true}"#, Err(ApiFault::Answer))]
    #[case(200, "<html>", Err(ApiFault::Answer))]
    #[case(502, "<html>502 Bad Gateway</html>", Err(ApiFault::Server(502)))]
    #[case(413, "<html>", Err(ApiFault::Refused("HTTP status 413".to_owned())))]
    #[case(
        429,
        r#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3}}"#,
        Err(ApiFault::RetryAfter(Duration::from_secs(3)))
    )]
    #[case(
        401,
        r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
        Err(ApiFault::Token)
    )]
    fn answers_are_read(
        #[case] status: u16,
        #[case] body: &str,
        #[case] expected: Result<u32, ApiFault>,
    ) {
        assert_eq!(read::<u32>(status, body.as_bytes()), expected);
    }
}
