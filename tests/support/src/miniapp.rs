//! What the Mini App asks of Sesame, as any client could.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, Method, Response, Url};
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::wait::poll;

/// How long a login may take to reach a state.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sesame's API in the hands of one person.
#[derive(Clone, Debug)]
pub struct MiniApp {
    client: Client,
    base: String,
    init_data: String,
    authorization: String,
}

impl MiniApp {
    /// The Mini App as it was opened: its address has the launch data in its fragment.
    ///
    /// # Errors
    /// If the address has no launch data.
    pub fn opened(address: &str) -> Result<Self> {
        let address = Url::parse(address)?;
        let fragment = address.fragment().context("no fragment")?;
        let launch = Url::parse(&format!("launch:?{fragment}"))?;
        let (_, init_data) = launch
            .query_pairs()
            .find(|(name, _)| name == "tgWebAppData")
            .context("no launch data")?;
        Ok(Self {
            client: http::client()?,
            base: base_of(&address),
            authorization: format!("tma {init_data}"),
            init_data: init_data.into_owned(),
        })
    }

    /// The same app with another `Authorization` header; none if empty.
    #[must_use]
    pub fn authorized_by(&self, authorization: impl Into<String>) -> Self {
        Self {
            authorization: authorization.into(),
            ..self.clone()
        }
    }

    /// The same app with other launch data.
    #[must_use]
    pub fn with_init_data(&self, init_data: &str) -> Self {
        self.authorized_by(format!("tma {init_data}"))
    }

    /// The same app as another node serves it: `http://address:port`.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self.clone()
        }
    }

    /// The launch data.
    pub fn init_data(&self) -> &str {
        &self.init_data
    }

    /// The base address of Sesame.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request, not sent yet.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.authorization.is_empty() {
            request
        } else {
            request.header("Authorization", &self.authorization)
        }
    }

    /// A request and its answer.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::read(request.send().await?).await
    }

    /// Begins a login; gives its id.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn begin(&self) -> Result<String> {
        let answer = self.ask(Method::POST, "/api/v1/logins", None).await?;
        let (status, text) = (answer.status, &answer.text);
        ensure!(status.is_success(), "no login: {status}: {text}");
        Ok(answer.json["id"].as_str().context("no id")?.to_owned())
    }

    /// Begins a login by phone number; gives its id.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn begin_by_phone(&self) -> Result<String> {
        let by_phone = Some(json!({ "method": "phone" }));
        let answer = self.ask(Method::POST, "/api/v1/logins", by_phone).await?;
        let (status, text) = (answer.status, &answer.text);
        ensure!(status.is_success(), "no login: {status}: {text}");
        Ok(answer.json["id"].as_str().context("no id")?.to_owned())
    }

    /// Gives a number, or a code, and waits until a login asks for something else than
    /// that.
    ///
    /// # Errors
    /// If it is refused, or was not taken in time.
    pub async fn answer(&self, id: &str, question: &str, answer: &str) -> Result<Value> {
        let path = format!("/api/v1/logins/{id}/{question}");
        let body = Some(json!({ question: answer }));
        let given = self.ask(Method::POST, &path, body).await?;
        ensure!(given.status.is_success(), "{question}: {}", given.text);
        let asked = format!("{question}_required");
        let moved = poll(PATIENCE, async || {
            let login = self.login(id).await.ok()?;
            (login["status"] != *asked).then_some(login)
        });
        moved
            .await
            .with_context(|| format!("the {question} was not taken"))
    }

    /// A login's JSON.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn login(&self, id: &str) -> Result<Value> {
        let path = format!("/api/v1/logins/{id}");
        let answer = self.ask(Method::GET, &path, None).await?;
        ensure!(answer.status.is_success(), "login {id}: {}", answer.text);
        Ok(answer.json)
    }

    /// Waits until a login has one of these states; gives its JSON.
    ///
    /// # Errors
    /// If it has not in time.
    pub async fn reaches(&self, id: &str, states: &[&str]) -> Result<Value> {
        let look = async {
            let mut login = self.login(id).await?;
            while !states.iter().any(|state| login["status"] == *state) {
                let version = login["version"].as_i64().context("no version")?;
                let path = format!("/api/v1/logins/{id}?wait=20&version={version}");
                let answer = self.ask(Method::GET, &path, None).await?;
                ensure!(answer.status.is_success(), "login {id}: {}", answer.text);
                login = answer.json;
            }
            Ok(login)
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(found) => found,
            Err(_) => bail!("not {states:?} but {}", self.login(id).await?),
        }
    }

    /// Waits until a code is on show; gives its link and the login's JSON.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn code(&self, id: &str) -> Result<(String, Value)> {
        let login = self.reaches(id, &["pending"]).await?;
        let link = login["qr"]["url"].as_str().context("no code")?;
        Ok((link.to_owned(), login))
    }

    /// Sends the cloud password.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn password(&self, id: &str, password: &str) -> Result<Answer> {
        let path = format!("/api/v1/logins/{id}/password");
        self.ask(Method::POST, &path, Some(json!({ "password": password })))
            .await
    }

    /// Waits until a password was found to be wrong; gives the login's JSON.
    ///
    /// # Errors
    /// If it was not in time.
    pub async fn rejected(&self, id: &str) -> Result<Value> {
        let rejected = poll(PATIENCE, async || {
            let login = self.login(id).await.ok()?;
            (login["password"]["rejected"] == true).then_some(login)
        });
        rejected.await.context("no password was refused")
    }

    /// Waits until a code was found to be wrong.
    ///
    /// # Errors
    /// If it was not in time.
    pub async fn wrong_code(&self, id: &str) -> Result<()> {
        let rejected = poll(PATIENCE, async || {
            let login = self.login(id).await.ok()?;
            (login["code"]["rejected"] == "code_invalid").then_some(())
        });
        rejected.await.context("no code was refused")
    }

    /// The linked accounts.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn accounts(&self) -> Result<Vec<Value>> {
        let answer = self.ask(Method::GET, "/api/v1/accounts", None).await?;
        ensure!(answer.status.is_success(), "accounts: {}", answer.text);
        let list = match &answer.json {
            Value::Array(list) => list.clone(),
            other => other["accounts"].as_array().context("no list")?.clone(),
        };
        Ok(list)
    }

    /// Opens the stream of a login's events.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn events(&self, id: &str) -> Result<Events> {
        let path = format!("/api/v1/logins/{id}/events");
        let response = self.request(Method::GET, &path).send().await?;
        let status = response.status();
        ensure!(status.is_success(), "events: {status}");
        Ok(Events {
            response,
            unread: String::new(),
        })
    }
}

/// A stream of server-sent events.
#[derive(Debug)]
pub struct Events {
    response: Response,
    unread: String,
}

impl Events {
    /// The data of the next event that has some; `None`: the stream ended.
    ///
    /// # Errors
    /// If the connection breaks off or the data is no JSON.
    pub async fn next(&mut self) -> Result<Option<Value>> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let data: String = event
                    .lines()
                    .filter_map(|line| line.strip_prefix("data:"))
                    .collect();
                self.unread = String::from(rest);
                if !data.trim().is_empty() {
                    return Ok(Some(serde_json::from_str(&data)?));
                }
                continue;
            }
            match self.response.chunk().await? {
                Some(bytes) => self.unread.push_str(std::str::from_utf8(&bytes)?),
                None => return Ok(None),
            }
        }
    }
}

/// Where Sesame is: the address of its app without the `app`.
fn base_of(app: &Url) -> String {
    let origin = app.origin().ascii_serialization();
    let path = app.path().trim_end_matches('/');
    format!("{origin}{}", path.strip_suffix("/app").unwrap_or(path))
}
