//! The tagger.

use std::sync::Arc;

use async_trait::async_trait;
use hyper::header::HeaderValue;
use secrecy::ExposeSecret as _;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{PostToTag, RateLimits, TagChoice, Tagger, TaggerError};
use sesame_domain::random::Entropy;
use sesame_domain::tag::{SuggestedTag, TagLabel, TagOrigin};
use sesame_domain::time::Clock;
use tokio::time::Instant;

use super::answer::{self, OfPost};
use super::asking::Asker;
use super::breaker::Breaker;
use super::budget::Budget;
use super::connect::Connector;
use super::fault::Failure;
use super::limits::Limits;
use super::names::Names;
use super::outgoing::Outgoing;
use super::parameters::Learnt;
use super::pool::Pool;
use super::question::{Question, Wishes};
use super::settings::{MOST_IN_A_BATCH, ServiceSettings};
use super::target::{SettingsError, Target};

type Tags = Result<Vec<SuggestedTag>, TaggerError>;

/// What the tagger stands on.
#[derive(Clone)]
pub struct ServiceParts {
    /// Whose posts it tags, and whose budget it uses.
    pub tenant: TenantId,
    /// Where the budget is counted.
    pub rates: Arc<dyn RateLimits>,
    /// Looks up where the service is.
    pub names: Arc<dyn Names>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Chance, for waits.
    pub entropy: Arc<dyn Entropy>,
}

/// Asks a service for tags, for the posts of one tenant.
pub struct ServiceTagger {
    asker: Asker,
    budget: Budget,
    batch: usize,
    limits: Limits,
}

/// Without the key.
impl std::fmt::Debug for ServiceTagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceTagger")
            .field("model", &self.asker.model)
            .field("tenant", &self.asker.tenant)
            .finish_non_exhaustive()
    }
}

/// A post that goes out, and where it stands among those that were handed in.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: usize,
    post: &'a PostToTag,
    text: Outgoing<'a>,
}

impl ServiceTagger {
    /// A tagger that asks this service.
    ///
    /// # Errors
    /// When it cannot or must not be asked so.
    pub fn new(settings: ServiceSettings, parts: ServiceParts) -> Result<Self, SettingsError> {
        if !(1..=MOST_IN_A_BATCH).contains(&settings.batch) {
            return Err(SettingsError::Batch);
        }
        let target = Target::of(&settings.url, &settings.allowed_hosts)?;
        let key = settings.key.as_ref();
        let authorization = key.map(|key| {
            let bearer = format!("Bearer {}", key.expose_secret());
            let header = HeaderValue::try_from(bearer).map_err(|_| SettingsError::Key);
            header.map(|mut header| {
                header.set_sensitive(true);
                header
            })
        });
        let limits = settings.limits;
        let connector = Connector::new(target, parts.names, limits.connect)?;
        Ok(Self {
            asker: Asker {
                pool: Pool::new(connector, limits, settings.connections),
                breaker: Breaker::new(Arc::clone(&parts.clock)),
                learnt: Learnt::nothing(),
                retries: settings.retries,
                model: settings.model,
                prompt: settings.prompt,
                authorization: authorization.transpose()?,
                tenant: parts.tenant.clone(),
                clock: parts.clock,
                entropy: parts.entropy,
            },
            budget: Budget::new(parts.rates, parts.tenant, settings.budget),
            batch: settings.batch,
            limits,
        })
    }

    /// Tags for posts that are asked about together.
    async fn tags_of(&self, posts: &[Asked<'_>], answers: &mut [Option<Tags>]) {
        let deadline = Instant::now() + self.limits.whole;
        let posts = self.affordable(posts, answers).await;
        let failure = match self.asked(&posts, deadline, answers).await {
            Ok(()) => return,
            Err(failure) => failure,
        };
        // One of them may have spoilt it: each is asked about by itself.
        if posts.len() > 1 && failure.may_be_of_one_post() {
            for post in posts {
                if let Err(failure) = self.asked(&[post], deadline, answers).await {
                    answers[post.place] = Some(Err(failure.into()));
                }
            }
            return;
        }
        for post in posts {
            answers[post.place] = Some(Err(failure.clone().into()));
        }
    }

    /// Those of the posts that may be asked about now. Nothing is taken out of the budget
    /// while nothing would be asked.
    async fn affordable<'a>(
        &self,
        posts: &[Asked<'a>],
        answers: &mut [Option<Tags>],
    ) -> Vec<Asked<'a>> {
        let mut affordable = Vec::with_capacity(posts.len());
        for post in posts {
            let admitted = self.asker.breaker.look().map_err(TaggerError::Later);
            let taken = match admitted {
                Ok(()) => self.budget.take().await,
                Err(later) => Err(later),
            };
            match taken {
                Ok(()) => affordable.push(*post),
                Err(error) => answers[post.place] = Some(Err(error)),
            }
        }
        affordable
    }

    /// Asks about posts, and puts what is answered in its places.
    async fn asked(
        &self,
        posts: &[Asked<'_>],
        deadline: Instant,
        answers: &mut [Option<Tags>],
    ) -> Result<(), Failure> {
        let Some(first) = posts.first() else {
            return Ok(());
        };
        let question = Question {
            posts: posts.iter().map(|it| it.text).collect(),
            wishes: Wishes::of(first.post),
        };
        let answered = self.asker.ask(&question, deadline).await?;
        let found = answer::read(&answered.body, posts.len(), answered.format)?;
        for (asked, found) in posts.iter().zip(found) {
            answers[asked.place] = Some(tags(asked.post, found));
        }
        Ok(())
    }
}

/// Tags as the person has them.
fn tags(post: &PostToTag, found: OfPost) -> Tags {
    let found = found.map_err(|why| TaggerError::Invalid(why.to_owned()))?;
    let known = |label: &TagLabel| {
        post.known
            .iter()
            .find(|it| it.key() == label.key())
            .cloned()
    };
    let labels = found.into_iter().filter_map(|label| match post.choice {
        TagChoice::OnlyMine => known(&label),
        TagChoice::Free | TagChoice::PreferMine => Some(known(&label).unwrap_or(label)),
    });
    let origin = TagOrigin::Service;
    Ok(labels.map(|label| SuggestedTag { label, origin }).collect())
}

#[async_trait]
impl Tagger for ServiceTagger {
    fn batch(&self) -> usize {
        self.batch
    }

    async fn tag(&self, posts: &[PostToTag]) -> Vec<Tags> {
        let mut answers: Vec<Option<Tags>> = Vec::new();
        let mut asked = Vec::new();
        for (place, post) in posts.iter().enumerate() {
            answers.push(match Outgoing::of(post) {
                Err(error) => Some(Err(error)),
                Ok(text) if text.is_empty() || Wishes::of(post).are_in_vain() => {
                    Some(Ok(Vec::new()))
                }
                Ok(text) => {
                    asked.push(Asked { place, post, text });
                    None
                }
            });
        }
        // Those of whom the same is wanted go out together.
        for alike in asked.chunk_by(|a, b| Wishes::of(a.post) == Wishes::of(b.post)) {
            for together in alike.chunks(self.batch) {
                self.tags_of(together, &mut answers).await;
            }
        }
        let unanswered = || Err(TaggerError::Invalid("a post has no answer".to_owned()));
        answers
            .into_iter()
            .map(|it| it.unwrap_or_else(unanswered))
            .collect()
    }
}
