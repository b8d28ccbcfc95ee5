//! What people do with their phones, through the control interface of the sandbox.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::ready::Ready;
use crate::wait::poll;

/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone who is to exist. The sandbox makes up what is left open.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewPerson {
    /// First name.
    pub first_name: String,
    /// Phone number, digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Telegram's user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The data centre that holds the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_dc: Option<i32>,
}

impl NewPerson {
    /// Someone with this name and this home.
    pub fn of(first_name: &str, home_dc: i32) -> Self {
        Self {
            first_name: first_name.to_owned(),
            phone: None,
            id: None,
            home_dc: Some(home_dc),
        }
    }
}

/// Someone who exists.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    /// Telegram's user id.
    pub id: i64,
    /// Phone number, digits only.
    pub phone: String,
}

/// A device that is logged in.
#[derive(Clone, Debug, Deserialize)]
pub struct Authorization {
    /// What names it.
    #[serde(deserialize_with = "number")]
    pub hash: i64,
    /// Everything else that is said about it.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// A message in the chat with a bot.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// Its number.
    pub message_id: i64,
    /// Who wrote it: `bot` or `person`.
    pub author: String,
    /// Its words, if it has some.
    #[serde(default)]
    pub text: String,
    /// The buttons under it.
    #[serde(default)]
    pub reply_markup: Value,
    /// When it was changed last, in seconds since 1970, if it was.
    pub edit_date: Option<i64>,
}

impl Message {
    /// What stands on the buttons under it.
    pub fn buttons(&self) -> Vec<&str> {
        let rows = self.reply_markup["inline_keyboard"].as_array();
        let buttons = rows.into_iter().flatten().filter_map(Value::as_array);
        buttons
            .flatten()
            .filter_map(|button| button["text"].as_str())
            .collect()
    }

    /// What stands on the first button under it that opens an app.
    pub fn app_button(&self) -> Option<&str> {
        let rows = self.reply_markup["inline_keyboard"].as_array()?;
        let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
        buttons.find(|button| button["web_app"].is_object())?["text"].as_str()
    }
}

/// The control interface of a sandbox. The chats are those with one bot.
#[derive(Clone, Debug)]
pub struct Phones {
    client: Client,
    base: String,
    /// Where the chats with the bot are.
    chats: String,
}

impl Phones {
    /// The phones of this sandbox, in the chats with its first bot.
    ///
    /// # Errors
    /// If no HTTP client can be set up.
    pub fn of(ready: &Ready) -> Result<Self> {
        let base = ready.control.trim_end_matches('/').to_owned();
        Ok(Self {
            client: http::client()?,
            chats: base.clone(),
            base,
        })
    }

    /// The same phones, in the chats with this bot.
    #[must_use]
    pub fn of_bot(&self, id: i64) -> Self {
        Self {
            chats: format!("{}/bots/{id}", self.base),
            ..self.clone()
        }
    }

    /// Any request; the answer may be a refusal.
    ///
    /// # Errors
    /// If the sandbox does not answer.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
        self.send(method, format!("{}{path}", self.base), body)
            .await
    }

    /// Any request about the bot or a chat with it: `/bot/calls`,
    /// `/people/1/chat`. The answer may be a refusal.
    ///
    /// # Errors
    /// If the sandbox does not answer.
    pub async fn ask_bot(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
        self.send(method, format!("{}{path}", self.chats), body)
            .await
    }

    async fn send(&self, method: Method, url: String, body: Option<Value>) -> Result<Answer> {
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::read(request.send().await?).await
    }

    /// A request that must be granted.
    pub(crate) async fn granted(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        must(path, self.ask(method, path, body).await?)
    }

    /// The same, about the bot or a chat with it.
    async fn granted_by_bot(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        must(path, self.ask_bot(method, path, body).await?)
    }

    /// Lets someone exist.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn create(&self, person: &NewPerson) -> Result<Person> {
        let body = serde_json::to_value(person)?;
        let created = self.granted(Method::POST, "/people", Some(body)).await?;
        Ok(serde_json::from_value(created)?)
    }

    /// Changes a person: `{"state": "frozen"}`.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn change(&self, person: i64, change: Value) -> Result<()> {
        let path = format!("/people/{person}");
        self.granted(Method::PATCH, &path, Some(change)).await?;
        Ok(())
    }

    /// How codes reach a person: by the first of these ways, then by the next, each
    /// so many seconds after the one before.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn deliver_codes(&self, person: i64, ways: &[&str], timeout: u32) -> Result<()> {
        let delivery = json!({ "ways": ways, "timeout": timeout });
        self.change(person, json!({ "code_delivery": delivery }))
            .await
    }

    /// The codes that were sent to a person, newest first.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn codes(&self, person: i64) -> Result<Vec<String>> {
        let path = format!("/people/{person}/codes");
        let list = self.granted(Method::GET, &path, None).await?;
        let sent = list.as_array().context("no list of codes")?;
        let codes = sent.iter().filter_map(|sent| sent["code"].as_str());
        Ok(codes.map(str::to_owned).collect())
    }

    /// Sets a person's cloud password.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn set_password(&self, person: i64, password: &str, hint: &str) -> Result<()> {
        let path = format!("/people/{person}/password");
        let body = json!({ "password": password, "hint": hint });
        self.granted(Method::PUT, &path, Some(body)).await?;
        Ok(())
    }

    /// Scans a code with a person's phone, which must be accepted.
    ///
    /// # Errors
    /// If Telegram refuses it.
    pub async fn scan(&self, person: i64, link: &str) -> Result<()> {
        let answer = self.try_scan(person, link).await?;
        ensure!(answer.status.is_success(), "the scan: {}", answer.text);
        Ok(())
    }

    /// Scans a code, which may be refused.
    ///
    /// # Errors
    /// If the sandbox does not answer.
    pub async fn try_scan(&self, person: i64, link: &str) -> Result<Answer> {
        let path = format!("/people/{person}/scan");
        let body = json!({ "link": link });
        self.ask(Method::POST, &path, Some(body)).await
    }

    /// The devices on which a person is logged in, half-done ones included.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn authorizations(&self, person: i64) -> Result<Vec<Authorization>> {
        let path = format!("/people/{person}/authorizations");
        let list = self.granted(Method::GET, &path, None).await?;
        serde_json::from_value(list.clone()).with_context(|| format!("devices: {list}"))
    }

    /// Ends one of a person's devices.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn end(&self, person: i64, hash: i64) -> Result<()> {
        let path = format!("/people/{person}/authorizations/{hash}");
        self.granted(Method::DELETE, &path, None).await?;
        Ok(())
    }

    /// Writes to the bot.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn say(&self, person: i64, text: &str) -> Result<()> {
        let path = format!("/people/{person}/messages");
        let body = json!({ "text": text });
        self.granted_by_bot(Method::POST, &path, Some(body)).await?;
        Ok(())
    }

    /// The chat with the bot, oldest message first.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn chat(&self, person: i64) -> Result<Vec<Message>> {
        let path = format!("/people/{person}/chat");
        let mut chat = self.granted_by_bot(Method::GET, &path, None).await?;
        Ok(serde_json::from_value(chat["messages"].take())?)
    }

    /// Waits for a message of the bot that contains the text.
    ///
    /// # Errors
    /// If none comes in time; says what the chat holds.
    pub async fn hears(&self, person: i64, text: &str) -> Result<Message> {
        let heard = poll(PATIENCE, async || {
            let chat = self.chat(person).await.ok()?;
            let mut from_bot = chat.into_iter().filter(|message| message.author == "bot");
            from_bot.find(|message| message.text.contains(text))
        });
        match heard.await {
            Some(message) => Ok(message),
            None => anyhow::bail!("not heard: “{text}” in {:#?}", self.chat(person).await?),
        }
    }

    /// Waits for a message of the bot with a button that opens an app; gives
    /// what stands on the button.
    ///
    /// # Errors
    /// If none comes in time; says what the chat holds.
    pub async fn offered_app(&self, person: i64) -> Result<String> {
        let offered = poll(PATIENCE, async || {
            let chat = self.chat(person).await.ok()?;
            chat.iter().find_map(Message::app_button).map(String::from)
        });
        match offered.await {
            Some(label) => Ok(label),
            None => anyhow::bail!("no app offered in {:#?}", self.chat(person).await?),
        }
    }

    /// Presses the button with these words under the latest message that has one.
    ///
    /// # Errors
    /// If there is no such button.
    pub async fn press(&self, person: i64, label: &str) -> Result<Value> {
        let path = format!("/people/{person}/press");
        let body = json!({ "text": label });
        self.granted_by_bot(Method::POST, &path, Some(body)).await
    }

    /// Opens the Mini App; gives its address with the launch data.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn open(&self, person: i64, how: Value) -> Result<String> {
        let path = format!("/people/{person}/open");
        let opened = self.granted_by_bot(Method::POST, &path, Some(how)).await?;
        let url = opened["url"].as_str().context("no address")?;
        Ok(url.to_owned())
    }

    /// Lets the next calls of a method fail: `auth.exportLoginToken`, 500.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn fail(&self, method: &str, code: i32, message: &str, times: u32) -> Result<()> {
        let fault = json!({
            "method": method, "error_code": code, "error_message": message, "times": times,
        });
        self.granted(Method::POST, "/faults", Some(fault)).await?;
        Ok(())
    }

    /// Cuts all connections of all data centres, once.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn drop_connections(&self) -> Result<()> {
        let fault = json!({ "kind": "drop" });
        self.granted(Method::POST, "/faults", Some(fault)).await?;
        Ok(())
    }

    /// Lets a data centre take everything and answer nothing.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn silence(&self, dc: i32) -> Result<()> {
        let fault = json!({ "kind": "silence", "dc": dc });
        self.granted(Method::POST, "/faults", Some(fault)).await?;
        Ok(())
    }

    /// Lets a data centre send away who connects.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn refuse(&self, dc: i32) -> Result<()> {
        let fault = json!({ "kind": "refuse", "dc": dc });
        self.granted(Method::POST, "/faults", Some(fault)).await?;
        Ok(())
    }

    /// Lifts all faults.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn heal(&self) -> Result<()> {
        self.granted(Method::DELETE, "/faults", None).await?;
        Ok(())
    }

    /// The login tokens that are alive.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn tokens(&self) -> Result<Value> {
        self.granted(Method::GET, "/tokens", None).await
    }

    /// The sandbox's own figures.
    ///
    /// # Errors
    /// If the sandbox refuses.
    pub async fn stats(&self) -> Result<Value> {
        self.granted(Method::GET, "/stats", None).await
    }
}

/// What was asked for must be granted.
fn must(path: &str, answer: Answer) -> Result<Value> {
    let (status, text) = (answer.status, &answer.text);
    ensure!(status.is_success(), "{path}: {status}: {text}");
    Ok(answer.json)
}

/// A 64-bit number, which JSON may carry as text.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    number.ok_or_else(|| serde::de::Error::custom(format!("no number: {value}")))
}
