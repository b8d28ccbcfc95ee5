//! A sandbox and plain HTTP clients for it.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ops::Deref;

use reqwest::Client;
use reqwest::multipart::Form;
use serde_json::{Value, json};
use sesame_sandbox::{Ready, Sandbox, SandboxOptions};

/// A sandbox, its people, and its first bot.
pub(crate) struct Phone {
    pub(crate) sandbox: Sandbox,
    pub(crate) first: BotSide,
}

/// A bot as its program and the people it talks to reach it.
#[derive(Clone)]
pub(crate) struct BotSide {
    pub(crate) ready: Ready,
    pub(crate) http: Client,
}

impl Deref for Phone {
    type Target = BotSide;

    fn deref(&self) -> &BotSide {
        &self.first
    }
}

impl Phone {
    pub(crate) async fn start() -> Self {
        Self::start_with(SandboxOptions::default()).await
    }

    pub(crate) async fn start_with(options: SandboxOptions) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        let ready = sandbox.ready();
        let http = Client::builder().no_proxy().build().unwrap();
        let first = BotSide { ready, http };
        Self { sandbox, first }
    }

    /// The id of the person with this first name.
    pub(crate) fn person(&self, first_name: &str) -> i64 {
        let people = self.sandbox.world().people().list();
        people
            .iter()
            .find(|person| person.first_name == first_name)
            .unwrap()
            .id
    }

    /// The person writes `/start`, and the first bot has seen it.
    pub(crate) async fn started(&self, first_name: &str) -> i64 {
        let person = self.person(first_name);
        self.started_by(person).await;
        person
    }

    /// Makes another bot; gives what was answered, and its side.
    pub(crate) async fn another(&self, username: &str) -> (Value, BotSide) {
        let wish = json!({"name": "Another", "username": username});
        let (status, made) = self.control("/bots", wish).await;
        assert_eq!(status, 201, "{made}");
        let side = BotSide {
            ready: Ready {
                bot_token: made["token"].as_str().unwrap().to_owned(),
                control: format!("{}/bots/{}", self.ready.control, made["id"]),
                ..self.ready.clone()
            },
            http: self.http.clone(),
        };
        (made, side)
    }
}

impl BotSide {
    pub(crate) fn method(&self, name: &str) -> String {
        format!("{}/bot{}/{name}", self.ready.bot_api, self.ready.bot_token)
    }

    /// Calls a method of the Bot API; the status and the whole answer.
    pub(crate) async fn call(&self, name: &str, params: Value) -> (u16, Value) {
        let request = self.http.post(self.method(name)).json(&params);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Calls a method that must succeed.
    pub(crate) async fn ok(&self, name: &str, params: Value) -> Value {
        let (status, answer) = self.call(name, params).await;
        assert_eq!(status, 200, "{name}: {answer}");
        assert_eq!(answer["ok"], true);
        answer["result"].clone()
    }

    /// Calls a method that must succeed, with a file; the result.
    pub(crate) async fn ok_with_file(&self, name: &str, form: Form) -> Value {
        let request = self.http.post(self.method(name)).multipart(form);
        let answer = request.send().await.unwrap();
        let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert_eq!(status, 200, "{name}: {answer}");
        assert_eq!(answer["ok"], true);
        answer["result"].clone()
    }

    /// Calls a method that must fail; the code and the words.
    pub(crate) async fn refused(&self, name: &str, params: Value) -> (u16, String) {
        let (status, answer) = self.call(name, params).await;
        assert_eq!(answer["ok"], false, "{name}: {answer}");
        assert_eq!(answer["error_code"], status);
        (status, answer["description"].as_str().unwrap().to_owned())
    }

    /// Posts to the control interface; the status and the answer.
    pub(crate) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.ready.control);
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Reads from the control interface.
    pub(crate) async fn look(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.ready.control);
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The person writes to the bot.
    pub(crate) async fn say(&self, person: i64, text: &str) -> Value {
        let path = format!("/people/{person}/messages");
        let (status, message) = self.control(&path, json!({"text": text})).await;
        assert_eq!(status, 201, "{message}");
        message
    }

    /// The person writes `/start`, and the bot has seen it.
    pub(crate) async fn started_by(&self, person: i64) {
        self.say(person, "/start").await;
        self.ok("getUpdates", json!({"offset": -1})).await;
        let seen = self.ok("getUpdates", json!({})).await;
        let next = seen[0]["update_id"].as_i64().unwrap() + 1;
        self.ok("getUpdates", json!({"offset": next})).await;
    }
}
