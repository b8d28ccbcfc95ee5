//! People who ask too often.

use std::time::Duration;

use chrono::TimeDelta;
use metrics::counter;
use sesame_domain::ports::{Rate, RateKey};
use sesame_domain::reason::Reason;
use teloxide::types::CallbackQueryId;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

const MINUTE: Duration = Duration::from_secs(60);

impl BotContext {
    /// Whether a person is answered who asks for something. Whoever asks too
    /// often is told so once a minute, and not answered otherwise.
    pub(crate) async fn admit(
        &self,
        sender: &Sender,
        pressed: Option<&CallbackQueryId>,
    ) -> Result<bool, AnswerError> {
        let Some(wait) = self
            .taken("bot", sender, Rate::new(self.rate, MINUTE))
            .await
        else {
            return Ok(true);
        };
        let tenant = self.tenant.as_str().to_owned();
        counter!("sesame_rate_limited_total", "tenant" => tenant, "scope" => "bot").increment(1);
        if self
            .taken("bot_told", sender, Rate::new(1, MINUTE))
            .await
            .is_none()
        {
            let words = sender.texts.slow_down(wait);
            let chat = sender.place.chat;
            match pressed {
                Some(query) => {
                    let query = query.clone();
                    self.telegram.acknowledge(chat, query, Some(words)).await?;
                }
                None => self.say(sender, words, None).await?,
            }
        }
        Ok(false)
    }

    /// How long this person has to wait for one more; nothing, if they need not.
    /// Of none at all, they need never.
    pub(crate) async fn taken(
        &self,
        scope: &'static str,
        sender: &Sender,
        rate: Rate,
    ) -> Option<TimeDelta> {
        if rate.limit == 0 {
            return None;
        }
        let asked = (RateKey::of(scope, &sender.owner), rate);
        match self.ports.rates.take(&[asked]).await {
            Ok(verdict) => TimeDelta::from_std(verdict.retry_after?).ok(),
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "how often someone asks is not known");
                None
            }
        }
    }
}
