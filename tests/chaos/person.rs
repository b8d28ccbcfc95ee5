//! A person who does their part and nothing else: opens the page, scans the
//! code that is shown, types the password when asked. What the page would do by
//! itself (ask again, at another node) is done for them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sesame_domain::ids::LoginId;
use sesame_test_support::http::Answer;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::phone::NewPerson;
use tokio::time::sleep;

use crate::chronicle::About;
use crate::cluster::{Cluster, LOGIN_LIFE, TOKEN_LIFE};
use crate::phase::Phase;
use crate::plan::{Act, Aim, Attempt, NODES, PersonPlan, Strike};
use crate::strikes::{Mark, Strikes};

/// How long the page waits for an answer before it asks elsewhere.
const ANSWER_LIMIT: Duration = Duration::from_secs(6);
/// How long it waits before it asks again.
const ASK_AGAIN: Duration = Duration::from_millis(400);
/// How long a long poll is.
const POLL_SECONDS: u64 = 2;
/// How long anything may take that a person waits for, beyond a login's life.
const PATIENCE: Duration = Duration::from_secs(75);

/// How an attempt ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) aim: Aim,
    /// `authorized`, `failed: CODE`, …
    pub(crate) how: String,
    pub(crate) took: Duration,
}

/// What became of a person.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) number: u64,
    /// At Telegram.
    pub(crate) person: i64,
    pub(crate) app: MiniApp,
    /// Whether their account is linked, as they were told.
    pub(crate) linked: bool,
    /// How often it came to that.
    pub(crate) links: usize,
    pub(crate) attempts: Vec<Ended>,
    /// What should not have happened.
    pub(crate) failures: Vec<String>,
}

/// A person at work.
struct Visit<'a> {
    cluster: &'a Arc<Cluster>,
    strikes: &'a Strikes,
    plan: &'a PersonPlan,
    app: MiniApp,
    node: usize,
    outcome: Outcome,
}

/// A person does everything that they have in mind.
pub(crate) async fn play(
    cluster: &Arc<Cluster>,
    strikes: &Strikes,
    plan: &PersonPlan,
) -> Result<Outcome> {
    let name = format!("P{}", plan.number);
    let new = NewPerson::of(&name, plan.home_dc);
    let person = cluster.phones.create(&new).await?.id;
    if let Some(password) = &plan.password {
        cluster.phones.set_password(person, password, "").await?;
    }
    let path = format!("/people/{person}/write-access");
    let allowed = cluster.phones.ask(Method::POST, &path, None).await?;
    ensure!(allowed.status.is_success(), "no chat: {}", allowed.text);
    let address = cluster.phones.open(person, json!({ "menu": true })).await?;
    let app = MiniApp::opened(&address)?;
    let mut visit = Visit {
        cluster,
        strikes,
        plan,
        node: plan.node,
        outcome: Outcome {
            number: plan.number,
            person,
            app: app.clone(),
            linked: false,
            links: 0,
            attempts: Vec::new(),
            failures: Vec::new(),
        },
        app,
    };
    visit.note(format!("is {person}, DC {}", plan.home_dc));
    for act in &plan.acts {
        let acted = match act {
            Act::Attempt(attempt) => visit.attempt(attempt).await,
            Act::Unlink(strike) => visit.unlink(*strike).await,
        };
        if let Err(error) = acted {
            visit.note(format!("gives up: {error:#}"));
            visit.outcome.failures.push(format!("{error:#}"));
            break;
        }
    }
    Ok(visit.outcome)
}

impl Visit<'_> {
    fn note(&self, text: impl Into<String>) {
        let about = About::Person(self.plan.number);
        self.cluster.chronicle.note(about, text);
    }

    fn mark(&self, login: Option<LoginId>) -> Mark {
        Mark {
            person: self.plan.number,
            login,
            node: self.node,
            home_dc: self.plan.home_dc,
        }
    }

    /// Asks a node, and the next one if it has no answer or is not able to.
    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
        let deadline = Instant::now() + LOGIN_LIFE + PATIENCE;
        while Instant::now() < deadline {
            if let Some(answer) = self.ask_once(method.clone(), path, body.clone()).await {
                return Ok(answer);
            }
            sleep(ASK_AGAIN).await;
        }
        bail!("{method} {path} has no answer")
    }

    /// Asks a node; `None`: it is to be asked again. Then it is another's turn.
    async fn ask_once(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Option<Answer> {
        let app = self.app.at(&self.cluster.nodes[self.node].base);
        let mut request = app.request(method.clone(), path).timeout(ANSWER_LIMIT);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answered = async { Answer::read(request.send().await?).await };
        match answered.await {
            Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                let wait = answer.retry_after.unwrap_or(1);
                self.note(format!("{method}: asked to wait {wait} s"));
                sleep(Duration::from_secs(wait)).await;
                None
            }
            Ok(answer) if answer.status.is_server_error() => {
                let text = format!(
                    "{method}, node {}: {} {}",
                    self.node,
                    answer.status,
                    answer.code()
                );
                self.note(text);
                self.go_on();
                None
            }
            Ok(answer) => Some(answer),
            Err(_) => {
                self.note(format!("{method}, node {}: no answer", self.node));
                self.go_on();
                None
            }
        }
    }

    fn go_on(&mut self) {
        self.node = (self.node + 1) % NODES;
    }

    async fn begin(&mut self, how: Value) -> Result<Value> {
        let answer = self.ask(Method::POST, "/api/v1/logins", Some(how)).await?;
        ensure!(answer.status.is_success(), "no login: {}", answer.text);
        Ok(answer.json)
    }

    async fn attempt(&mut self, attempt: &Attempt) -> Result<()> {
        let login = self.begin(json!({ "relink": attempt.relink })).await?;
        // Who is asked to wait before that has no login yet.
        let began = Instant::now();
        let id = login["id"].as_str().context("no id")?.to_owned();
        self.note(format!(
            "begins {:?} at node {}: {id}",
            attempt.aim, self.node
        ));
        let mark = self.mark(Some(id.parse()?));
        let strikes = self.strikes;
        let striking = async {
            match attempt.strike {
                Some(strike) if strike.phase != Phase::Leaving => {
                    strikes.wait_and_strike(strike, mark).await;
                }
                _ => {}
            }
        };
        let (ended, ()) = tokio::join!(self.follow(attempt, id, began), striking);
        let status = ended?;
        if let Some(strike) = attempt.strike.filter(|it| it.phase == Phase::Leaving)
            && status == "authorized"
        {
            let mark = self.mark(None);
            self.strikes.strike(strike, Phase::Leaving, mark).await;
        }
        Ok(())
    }

    /// Follows a login to its end.
    async fn follow(&mut self, attempt: &Attempt, id: String, began: Instant) -> Result<String> {
        let mut hands = Hands {
            id,
            version: 0,
            scanned: HashSet::new(),
            first_code: None,
            slips: attempt.slips,
            typed: 0,
            began_anew: false,
            cancelled: false,
        };
        let deadline = began + LOGIN_LIFE + PATIENCE;
        let mut last = String::new();
        loop {
            ensure!(
                Instant::now() < deadline,
                "login {} is still {last} after {:?}",
                hands.id,
                began.elapsed()
            );
            let login = self.look(&hands).await?;
            hands.version = login["version"].as_i64().context("no version")?;
            let status = login["status"].as_str().context("no status")?.to_owned();
            if status != last {
                self.note(format!("sees {status} at node {}", self.node));
                last.clone_from(&status);
            }
            match status.as_str() {
                "authorized" | "expired" | "cancelled" | "superseded" | "failed" => {
                    self.over(attempt, &login, began);
                    if status == "superseded" && hands.began_anew {
                        hands = hands.for_the_newer_one();
                        let login = self.begin(json!({})).await?;
                        login["id"]
                            .as_str()
                            .context("no id")?
                            .clone_into(&mut hands.id);
                        self.note(format!("goes on with {}", hands.id));
                        continue;
                    }
                    return Ok(status);
                }
                "pending" => self.at_the_code(attempt, &mut hands, &login).await?,
                "password_required" if login["password"]["checking"] == false => {
                    self.at_the_form(attempt, &mut hands).await?;
                }
                _ => {}
            }
            if attempt.wanders {
                self.go_on();
            }
        }
    }

    async fn look(&mut self, hands: &Hands) -> Result<Value> {
        let Hands { id, version, .. } = hands;
        let path = format!("/api/v1/logins/{id}?wait={POLL_SECONDS}&version={version}");
        let answer = self.ask(Method::GET, &path, None).await?;
        ensure!(answer.status.is_success(), "login {id}: {}", answer.text);
        Ok(answer.json)
    }

    fn over(&mut self, attempt: &Attempt, login: &Value, began: Instant) {
        let status = login["status"].as_str().unwrap_or_default();
        let how = match login["failure"]["code"].as_str() {
            Some(code) => format!("{status}: {code}"),
            None => status.to_owned(),
        };
        self.note(format!("ends: {how}"));
        if status == "authorized" && (attempt.relink || !self.outcome.linked) {
            self.outcome.linked = true;
            self.outcome.links += 1;
        }
        self.outcome.attempts.push(Ended {
            aim: attempt.aim,
            how,
            took: began.elapsed(),
        });
    }

    /// A code is shown.
    async fn at_the_code(
        &mut self,
        attempt: &Attempt,
        hands: &mut Hands,
        login: &Value,
    ) -> Result<()> {
        let link = login["qr"]["url"].as_str().context("no code")?.to_owned();
        if hands.scanned.contains(&link) {
            return Ok(());
        }
        match attempt.aim {
            Aim::WalkAway => return Ok(()),
            Aim::Cancel(Phase::Pending) => {
                sleep(attempt.dawdles).await;
                return self.cancel(hands).await;
            }
            Aim::BeginAnew if !hands.began_anew => {
                sleep(attempt.dawdles).await;
                hands.began_anew = true;
                let newer = self.begin(json!({ "anew": true })).await?;
                self.note(format!("begins anew: {}", newer["id"]));
                return Ok(());
            }
            Aim::DeadCodeFirst => match &hands.first_code {
                None => {
                    hands.first_code = Some((link, Instant::now()));
                    return Ok(());
                }
                Some((first, _)) if *first == link => return Ok(()),
                // The phone took a picture, and looks at it later.
                Some((_, seen)) if seen.elapsed() < TOKEN_LIFE => return Ok(()),
                Some((first, _)) if !hands.scanned.contains(first) => {
                    let first = first.clone();
                    let refused = self.scan(&first).await?;
                    ensure!(!refused.is_empty(), "a dead code was accepted");
                    hands.scanned.insert(first);
                }
                Some(_) => {}
            },
            Aim::Link | Aim::Cancel(_) | Aim::BeginAnew => {}
        }
        sleep(attempt.dawdles).await;
        self.scan(&link).await?;
        hands.scanned.insert(link);
        Ok(())
    }

    /// Scans a code; what Telegram says against it, or nothing.
    async fn scan(&mut self, link: &str) -> Result<String> {
        let answer = self
            .cluster
            .phones
            .try_scan(self.outcome.person, link)
            .await?;
        let refused = if answer.status.is_success() {
            String::new()
        } else {
            answer.json["error"]["message"]
                .as_str()
                .unwrap_or("?")
                .to_owned()
        };
        self.note(format!("scans {refused}"));
        Ok(refused)
    }

    /// The password is asked for.
    async fn at_the_form(&mut self, attempt: &Attempt, hands: &mut Hands) -> Result<()> {
        if attempt.aim == Aim::Cancel(Phase::PasswordRequired) {
            sleep(attempt.dawdles).await;
            return self.cancel(hands).await;
        }
        let right = self
            .plan
            .password
            .as_deref()
            .context("there is no password")?;
        let is_slip = hands.slips > 0;
        let typed = if is_slip {
            "a slip of the finger"
        } else {
            right
        }
        .to_owned();
        if hands.typed == 0 {
            sleep(attempt.dawdles).await;
        }
        hands.typed += 1;
        let path = format!("/api/v1/logins/{}/password", hands.id);
        let body = json!({ "password": typed });
        // Lost or refused, the page shows the form again.
        if let Some(answer) = self.ask_once(Method::POST, &path, Some(body)).await {
            self.note(format!("types a password, {}", answer.status));
            if answer.status == StatusCode::ACCEPTED && is_slip {
                hands.slips -= 1;
            }
        }
        Ok(())
    }

    async fn cancel(&mut self, hands: &mut Hands) -> Result<()> {
        if hands.cancelled {
            return Ok(());
        }
        let path = format!("/api/v1/logins/{}", hands.id);
        let answer = self.ask(Method::DELETE, &path, None).await?;
        ensure!(answer.status.is_success(), "not cancelled: {}", answer.text);
        hands.cancelled = true;
        self.note("cancels");
        Ok(())
    }

    async fn unlink(&mut self, strike: Option<Strike>) -> Result<()> {
        let answer = self.ask(Method::GET, "/api/v1/accounts", None).await?;
        let list = answer
            .json
            .as_array()
            .or(answer.json["accounts"].as_array());
        let Some(account) = list.and_then(|list| list.first()) else {
            ensure!(!self.outcome.linked, "a linked account is gone");
            return Ok(());
        };
        let id = account["id"].as_str().context("no id")?;
        let path = format!("/api/v1/accounts/{id}");
        let answer = self.ask(Method::DELETE, &path, None).await?;
        let is_gone = answer.status.is_success() || answer.status == StatusCode::NOT_FOUND;
        ensure!(is_gone, "not unlinked: {}", answer.text);
        self.note("unlinks");
        self.outcome.linked = false;
        if let Some(strike) = strike {
            let mark = self.mark(None);
            self.strikes.strike(strike, Phase::Leaving, mark).await;
        }
        Ok(())
    }
}

/// What a person has done about a login.
struct Hands {
    id: String,
    version: i64,
    scanned: HashSet<String>,
    first_code: Option<(String, Instant)>,
    slips: u32,
    typed: u32,
    began_anew: bool,
    cancelled: bool,
}

impl Hands {
    fn for_the_newer_one(self) -> Self {
        Self {
            version: 0,
            scanned: HashSet::new(),
            ..self
        }
    }
}
