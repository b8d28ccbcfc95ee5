//! Asking the node that runs here, as the Mini App does.

use std::time::Duration;

use anyhow::anyhow;
use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sesame_domain::ids::Owner;
use sesame_domain::time::{Clock, Timestamp};
use sesame_webapp::{PASS_LIFE, Passes};

use crate::failure::Failure;
use crate::node::storage;

/// How long an answer may take: longer than a node takes for any.
const WITHIN: Duration = Duration::from_secs(20);
/// What passes by itself is asked for so often.
const ATTEMPTS: u32 = 4;
/// The longest wait between them; a longer one is for whoever gave the command.
const LONGEST_WAIT: Duration = Duration::from_secs(65);

/// A part of the list, as the node answers it.
#[derive(Debug, Deserialize)]
pub(super) struct DialogsAnswer {
    /// The dialogs, handed on as they are.
    pub(super) dialogs: Vec<Value>,
    /// Where it goes on.
    pub(super) next: Option<String>,
    /// How many were looked through.
    pub(super) seen: u32,
}

/// What a line shows of a dialog.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListedDialog {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) username: Option<String>,
    pub(super) unread: u32,
    pub(super) is_marked_unread: bool,
    pub(super) last_message_at: Option<String>,
}

impl ListedDialog {
    /// Of this answer; what a newer node says otherwise is left out.
    pub(super) fn of(dialog: &Value) -> Self {
        serde_json::from_value(dialog.clone()).unwrap_or_default()
    }
}

/// Why a node refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    code: String,
    title: String,
    detail: Option<String>,
    retry_at: Option<Timestamp>,
}

/// Asks in the name of a person.
pub(super) struct Asking {
    client: Client,
    passes: Passes,
    owner: Owner,
    address: String,
    token: Option<(SecretString, Timestamp)>,
}

impl Asking {
    /// At this address of the node.
    pub(super) fn new(passes: Passes, owner: Owner, address: String) -> Result<Self, Failure> {
        let client = Client::builder().no_proxy().timeout(WITHIN).build();
        Ok(Self {
            client: client.map_err(|error| Failure::other("nothing can be asked", error))?,
            passes,
            owner,
            address,
            token: None,
        })
    }

    /// An answer; what passes by itself is waited for.
    pub(super) async fn get<T: DeserializeOwned>(
        &mut self,
        path: &str,
        query: &[(&str, String)],
        clock: &dyn Clock,
    ) -> Result<T, Failure> {
        let address = format!("{}/{path}", self.address);
        let address = Url::parse_with_params(&address, query)
            .map_err(|error| Failure::other("the node has no address", error))?;
        let mut attempt = 1;
        loop {
            let token = self.token(clock.now()).await?;
            let request = self.client.get(address.clone());
            let answer = request.bearer_auth(token.expose_secret()).send().await;
            let answer = answer.map_err(|error| self.silent(error))?;
            let status = answer.status();
            let wait = retry_after(&answer);
            if status.is_success() {
                return answer.json().await.map_err(|error| self.silent(error));
            }
            let problem: Problem = answer.json().await.unwrap_or_default();
            let passes = matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            match wait.filter(|wait| passes && *wait <= LONGEST_WAIT) {
                Some(wait) if attempt < ATTEMPTS => tokio::time::sleep(wait).await,
                _ => return Err(refused(status, &problem)),
            }
            attempt += 1;
        }
    }

    /// A token that is good for a while.
    async fn token(&mut self, now: Timestamp) -> Result<SecretString, Failure> {
        if let Some((token, until)) = &self.token
            && now < *until
        {
            return Ok(token.clone());
        }
        let token = self.passes.issue(&self.owner, now).await;
        let token = token.map_err(storage::unreadable)?;
        self.token = Some((token.clone(), now + PASS_LIFE / 2));
        Ok(token)
    }

    fn silent(&self, source: reqwest::Error) -> Failure {
        Failure::Storage {
            message: format!(
                "no Sesame answers at {}: is `sesame serve` running here?",
                self.address
            ),
            source: anyhow::Error::new(source.without_url()),
        }
    }
}

fn retry_after(answer: &reqwest::Response) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

/// What a refusal means to whoever gave the command.
fn refused(status: StatusCode, problem: &Problem) -> Failure {
    let detail = problem.detail.as_deref().unwrap_or_default();
    let until = problem.retry_at.map_or_else(String::new, |at| {
        format!(" until {}", at.format("%H:%M:%S UTC"))
    });
    let message = match &*problem.code {
        "session_ended" => format!(
            "the session of this account has ended ({detail}): its person has to link it again"
        ),
        "account_frozen" => {
            "Telegram froze this account: only its person can do something, in Telegram".to_owned()
        }
        "telegram_flood" => format!("Telegram wants a wait{until}: try again then"),
        "telegram_down" => format!("Telegram's {detail} does not answer, and is left alone{until}"),
        "telegram_silent" => "Telegram does not answer: try again later".to_owned(),
        "telegram_refused" => format!("Telegram refused: {detail}"),
        "session_elsewhere" => {
            "another node is at work with this account: try again later".to_owned()
        }
        "token_superseded" | "token_expired" | "token_invalid" => {
            "the Sesame that runs here has other keys or another database than this command: \
             give it with the same settings"
                .to_owned()
        }
        "" => format!("it answered {status}, as no Sesame does: is another program there?"),
        _ => problem.title.clone(),
    };
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Failure::Storage {
            message,
            source: anyhow!("it answered {}", problem.code),
        },
        _ => Failure::Other(anyhow!(message)),
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use super::*;

    #[test]
    fn each_refusal_says_what_to_do_and_whether_trying_again_helps() {
        let of = |status: u16, code: &str, detail: Option<&str>| {
            let problem = Problem {
                code: code.to_owned(),
                title: "Words.".to_owned(),
                detail: detail.map(str::to_owned),
                retry_at: Timestamp::from_timestamp(1_790_000_000, 0),
            };
            refused(StatusCode::from_u16(status).unwrap(), &problem)
        };
        let flood = of(503, "telegram_flood", None);
        assert!(flood.to_string().contains("until 14:13:20 UTC"), "{flood}");
        assert_eq!(flood.exit_code(), ExitCode::from(4));
        let ended = of(409, "session_ended", Some("revoked"));
        assert!(ended.to_string().contains("(revoked)"), "{ended}");
        assert_eq!(ended.exit_code(), ExitCode::from(1));
        let other = of(404, "not_found", None);
        assert_eq!(other.to_string(), "Words.");
        let stranger = of(404, "", None);
        assert!(stranger.to_string().contains("404"), "{stranger}");
    }
}
