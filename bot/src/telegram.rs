//! The Bot API, as far as it is used here.

use std::fmt;

use metrics::counter;
use secrecy::{ExposeSecret, SecretString};
use sesame_domain::ids::TenantId;
use teloxide::adaptors::CacheMe;
use teloxide::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters,
    SetChatMenuButtonSetters, SetMyShortDescriptionSetters, SetWebhookSetters,
};
use teloxide::requests::{Requester, RequesterExt};
use teloxide::types::{
    AllowedUpdate, BotCommand, CallbackQueryId, ChatId, InlineKeyboardMarkup, LinkPreviewOptions,
    Me, MenuButton, MessageId, ParseMode,
};
use url::{Host, Url};

use crate::fault::ApiFault;
use crate::settings::StartError;

/// What does the calls.
pub(crate) type Caller = CacheMe<teloxide::Bot>;

/// The Bot API. Its `Debug` does not show the token, and its errors show
/// neither the token nor what people wrote.
#[derive(Clone)]
pub(crate) struct Telegram {
    caller: Caller,
    tenant: TenantId,
}

impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// No preview: links in our messages are explained by the words around them.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

impl Telegram {
    /// The Bot API for this token, at Telegram or at `api_url`.
    pub(crate) fn new(
        tenant: TenantId,
        token: &SecretString,
        api_url: Option<&Url>,
    ) -> Result<Self, StartError> {
        let mut client = teloxide::net::default_reqwest_settings();
        if api_url.is_some_and(is_this_machine) {
            // A proxy from the environment leads away from this machine.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|_| StartError::HttpClient)?;
        let bot = teloxide::Bot::with_client(token.expose_secret(), client);
        let bot = match api_url {
            Some(url) => bot.set_api_url(url.clone()),
            None => bot,
        };
        Ok(Self {
            caller: bot.cache_me(),
            tenant,
        })
    }

    /// For teloxide's dispatcher, which calls by itself.
    pub(crate) fn caller(&self) -> Caller {
        self.caller.clone()
    }

    /// Who the bot is.
    pub(crate) async fn me(&self) -> Result<Me, ApiFault> {
        Ok(self.caller.get_me().await?)
    }

    /// Sends a message with HTML markup.
    pub(crate) async fn send(
        &self,
        chat: ChatId,
        html: &str,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), ApiFault> {
        let mut request = self
            .caller
            .send_message(chat, html)
            .parse_mode(ParseMode::Html)
            .link_preview_options(NO_PREVIEW);
        if let Some(keyboard) = keyboard {
            request = request.reply_markup(keyboard);
        }
        let answer = request.await.map(|_| ()).map_err(ApiFault::from);
        self.count("send", &answer);
        answer
    }

    /// Changes a message of ours; without a keyboard its buttons go.
    pub(crate) async fn edit(
        &self,
        chat: ChatId,
        message: MessageId,
        html: &str,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), ApiFault> {
        let mut request = self
            .caller
            .edit_message_text(chat, message, html)
            .parse_mode(ParseMode::Html)
            .link_preview_options(NO_PREVIEW);
        if let Some(keyboard) = keyboard {
            request = request.reply_markup(keyboard);
        }
        let answer = match request.await.map(|_| ()).map_err(ApiFault::from) {
            // Two presses of one button: the second has nothing left to do.
            Err(ApiFault::NotModified) => Ok(()),
            other => other,
        };
        self.count("edit", &answer);
        answer
    }

    /// Takes a message back. In a private chat a bot may also delete what the
    /// person wrote, for two days.
    ///
    /// Source: core.telegram.org/bots/api#deletemessage.
    pub(crate) async fn delete(&self, chat: ChatId, message: MessageId) -> Result<(), ApiFault> {
        let answer = self.caller.delete_message(chat, message).await;
        let answer = answer.map(|_| ()).map_err(ApiFault::from);
        self.count("delete", &answer);
        answer
    }

    /// Ends the waiting of a pressed button, with an alert if there is
    /// something to say that the chat cannot show.
    pub(crate) async fn acknowledge(
        &self,
        query: CallbackQueryId,
        alert: Option<&str>,
    ) -> Result<(), ApiFault> {
        let mut request = self.caller.answer_callback_query(query);
        if let Some(alert) = alert {
            request = request.text(alert).show_alert(true);
        }
        Ok(request.await.map(|_| ())?)
    }

    /// Offers these commands.
    pub(crate) async fn set_commands(&self, commands: Vec<BotCommand>) -> Result<(), ApiFault> {
        Ok(self.caller.set_my_commands(commands).await.map(|_| ())?)
    }

    /// Says in the bot's profile what it is for. Telegram allows few changes
    /// of it, so it is only changed when it differs.
    pub(crate) async fn set_short_description(&self, text: &str) -> Result<(), ApiFault> {
        let now = self.caller.get_my_short_description().await?;
        if now.short_description == text {
            return Ok(());
        }
        let request = self.caller.set_my_short_description();
        Ok(request.short_description(text).await.map(|_| ())?)
    }

    /// Sets the button beside the input field, for a chat or for all.
    pub(crate) async fn set_menu(
        &self,
        chat: Option<ChatId>,
        button: MenuButton,
    ) -> Result<(), ApiFault> {
        let mut request = self.caller.set_chat_menu_button().menu_button(button);
        if let Some(chat) = chat {
            request = request.chat_id(chat);
        }
        Ok(request.await.map(|_| ())?)
    }

    /// Lets Telegram push updates to an address.
    pub(crate) async fn set_webhook(
        &self,
        address: Url,
        secret: &SecretString,
        updates: Vec<AllowedUpdate>,
    ) -> Result<(), ApiFault> {
        let request = self
            .caller
            .set_webhook(address)
            .secret_token(secret.expose_secret())
            .allowed_updates(updates);
        Ok(request.await.map(|_| ())?)
    }

    /// Lets updates wait to be fetched.
    pub(crate) async fn delete_webhook(&self) -> Result<(), ApiFault> {
        Ok(self.caller.delete_webhook().await.map(|_| ())?)
    }

    fn count(&self, method: &'static str, answer: &Result<(), ApiFault>) {
        let outcome = answer.as_ref().map_or_else(ApiFault::label, |()| "ok");
        counter!(
            "sesame_bot_messages_total",
            "tenant" => self.tenant.to_string(), "method" => method, "outcome" => outcome
        )
        .increment(1);
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
