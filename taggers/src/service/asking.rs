//! Asking a question, again where that may help.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use sesame_domain::ids::TenantId;
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;
use tokio::time::{Instant, sleep, timeout_at};

use super::breaker::Breaker;
use super::counts;
use super::fault::{Failure, Fault, Phase};
use super::limits::Retries;
use super::parameters::{Format, Learnt, Parameters};
use super::pool::Pool;
use super::question::Question;
use super::refusal::Refusal;
use super::retry_after::retry_after;

/// For how long a service that is asked too often, and does not say until when, is left
/// alone.
const WHEN_LIMITED: Duration = Duration::from_secs(60);

/// Asks the service.
pub(super) struct Asker {
    pub(super) pool: Pool,
    pub(super) breaker: Breaker,
    pub(super) learnt: Learnt,
    pub(super) retries: Retries,
    pub(super) model: String,
    pub(super) prompt: String,
    /// `Bearer …`, if the service wants a key.
    pub(super) authorization: Option<HeaderValue>,
    pub(super) tenant: TenantId,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

/// An answer, and in which form it was asked for.
pub(super) struct Answered {
    pub(super) body: Bytes,
    pub(super) format: Format,
}

/// What came of one request.
enum Outcome {
    Answered(Bytes),
    /// It is asked too often.
    Limited(Option<Duration>),
    /// It failed; it may have said when to come again.
    Failed(Fault, Option<Duration>),
    /// It does not take the request.
    Refused(StatusCode, Bytes),
}

/// How often a question was asked again.
#[derive(Default)]
struct Tries {
    connection: u32,
    answer: u32,
}

impl Asker {
    /// Asks, again where that may help, until then at the latest.
    pub(super) async fn ask(
        &self,
        question: &Question<'_>,
        deadline: Instant,
    ) -> Result<Answered, Failure> {
        let mut tries = Tries::default();
        let mut failed = None;
        while Instant::now() < deadline {
            let admitted = match self.breaker.admit() {
                Ok(admitted) => admitted,
                // What this question failed with counts for its posts: one that brings the
                // service down is not asked about for ever.
                Err(wait) => return Err(failed.unwrap_or(Failure::Later(wait))),
            };
            let sent = self.learnt.parameters();
            let outcome = timeout_at(deadline, self.once(question, sent)).await;
            let outcome =
                outcome.unwrap_or_else(|_| Outcome::Failed(Fault::TimedOut(Phase::Whole), None));
            self.note(&outcome);
            drop(admitted);
            match outcome {
                Outcome::Answered(body) => {
                    let format = sent.format;
                    return Ok(Answered { body, format });
                }
                Outcome::Refused(status, body) => self.learn(status, &body, sent)?,
                Outcome::Limited(said) => self.rest(said, &mut tries, deadline).await?,
                Outcome::Failed(fault, said) => {
                    failed = Some(self.pause(fault, said, &mut tries, deadline).await?);
                }
            }
        }
        Err(Fault::TimedOut(Phase::Whole).into())
    }

    async fn once(&self, question: &Question<'_>, sent: Parameters) -> Outcome {
        let body = question.body(&self.model, &self.prompt, sent);
        let reply = match self.pool.exchange(self.request(body)).await {
            Ok(reply) => reply,
            Err(fault) => return Outcome::Failed(fault, None),
        };
        let said = || retry_after(&reply.headers, self.clock.now());
        match reply.status {
            status if status.is_success() => Outcome::Answered(reply.body),
            StatusCode::TOO_MANY_REQUESTS => Outcome::Limited(said()),
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Outcome::Failed(Fault::Status(status), said())
            }
            status => Outcome::Refused(status, reply.body),
        }
    }

    fn request(&self, body: Vec<u8>) -> Request<Full<Bytes>> {
        let target = self.pool.connector().target();
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target.path.clone();
        let headers = request.headers_mut();
        headers.insert(HOST, target.authority.clone());
        headers.insert(USER_AGENT, HeaderValue::from_static("sesame"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        request
    }

    /// Counts what came of a request, and tells the breaker.
    fn note(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Failed(fault, _) if !fault.is_the_services() => {}
            Outcome::Failed(..) => self.breaker.failed(),
            Outcome::Answered(_) | Outcome::Limited(_) | Outcome::Refused(..) => {
                self.breaker.answered();
            }
        }
        let outcome = match outcome {
            Outcome::Answered(_) => "answered",
            Outcome::Limited(_) => "limited",
            Outcome::Refused(..) => "refused",
            Outcome::Failed(Fault::TimedOut(phase), _) => phase.as_str(),
            Outcome::Failed(Fault::Status(_), _) => "failed",
            Outcome::Failed(..) => "no_connection",
        };
        counts::request(&self.tenant, outcome);
    }

    /// Learns from a refusal, if there is anything to learn.
    fn learn(&self, status: StatusCode, body: &[u8], sent: Parameters) -> Result<(), Failure> {
        let why = format!("it answered {status}");
        match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                let refusal = Refusal::read(body);
                let has_learnt = self.learnt.learn(sent, &refusal, &self.model);
                has_learnt.then_some(()).ok_or(Failure::RefusedPosts(why))
            }
            StatusCode::PAYLOAD_TOO_LARGE => Err(Failure::RefusedPosts(why)),
            _ => Err(Failure::Refused(why)),
        }
    }

    /// Waits before a service that is asked too often is asked again, if that is soon.
    async fn rest(
        &self,
        said: Option<Duration>,
        tries: &mut Tries,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let wait = self.wait(tries.answer, said);
        tries.answer += 1;
        if tries.answer <= self.retries.answer && Instant::now() + wait < deadline {
            sleep(wait).await;
            return Ok(());
        }
        let wait = said.map_or(WHEN_LIMITED, |_| wait);
        self.breaker.rest(wait);
        Err(Failure::Later(wait))
    }

    /// Waits before what failed is tried again, if it is; what it failed with.
    async fn pause(
        &self,
        fault: Fault,
        said: Option<Duration>,
        tries: &mut Tries,
        deadline: Instant,
    ) -> Result<Failure, Failure> {
        let (so_far, most) = if fault.is_of_the_connection() {
            (&mut tries.connection, self.retries.connection)
        } else {
            (&mut tries.answer, self.retries.answer)
        };
        let wait = self.wait(*so_far, said);
        *so_far += 1;
        let is_soon = Instant::now() + wait < deadline;
        if said.is_some() && !is_soon {
            self.breaker.rest(wait);
            return Err(Failure::Later(wait));
        }
        let is_tried = fault.is_worth_a_retry() && *so_far <= most && is_soon;
        let failure = Failure::from(fault);
        if !is_tried {
            return Err(failure);
        }
        sleep(wait).await;
        Ok(failure)
    }

    /// How long to wait after so many failures: never less than the service said.
    fn wait(&self, failures: u32, said: Option<Duration>) -> Duration {
        let wait = self.retries.backoff.wait(failures);
        let wait = wait.max(said.unwrap_or_default());
        self.retries.jitter.lengthen(wait, &*self.entropy)
    }
}
