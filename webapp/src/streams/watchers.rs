//! Listening to a login: once, however many streams tell of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures::StreamExt as _;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::Login;
use sesame_domain::ports::{LoginService, LoginUpdates, ServiceError};
use tokio::sync::watch;

/// What logins are listened to; clones share it. Nothing is spawned: of those
/// who wait for the same login, one at a time asks for what is new, and passes
/// it on to the others.
#[derive(Clone, Default)]
pub(crate) struct Watchers(Arc<Mutex<HashMap<LoginId, Weak<Watcher>>>>);

struct Watcher {
    id: LoginId,
    all: Watchers,
    updates: tokio::sync::Mutex<LoginUpdates>,
    news: watch::Sender<News>,
}

#[derive(Clone, Default)]
struct News {
    /// As it was last.
    login: Option<Login>,
    /// Nothing more comes.
    is_over: bool,
}

/// Someone who listens to a login.
pub(crate) struct Watching {
    watcher: Arc<Watcher>,
    news: watch::Receiver<News>,
    /// The version that was told last.
    seen: Option<i64>,
}

impl Watchers {
    /// Listens to a login, with those who do so already. It must be known to be
    /// this owner's.
    pub(crate) async fn watch(
        &self,
        logins: &dyn LoginService,
        owner: &Owner,
        id: LoginId,
    ) -> Result<Watching, ServiceError> {
        if let Some(watching) = self.join(id) {
            return Ok(watching);
        }
        let updates = logins.watch(owner, id).await?;
        let watcher = Arc::new(Watcher {
            id,
            all: self.clone(),
            updates: updates.into(),
            news: watch::Sender::default(),
        });
        // Whoever else began meanwhile listens for itself until it ends.
        self.lock().insert(id, Arc::downgrade(&watcher));
        Ok(Watching {
            news: watcher.news.subscribe(),
            watcher,
            seen: None,
        })
    }

    fn join(&self, id: LoginId) -> Option<Watching> {
        let watcher = self.lock().get(&id)?.upgrade()?;
        let mut news = watcher.news.subscribe();
        if news.borrow().is_over {
            return None;
        }
        // As it is now, if that was told before.
        news.mark_changed();
        Some(Watching {
            watcher,
            news,
            seen: None,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LoginId, Weak<Watcher>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut all = self.all.lock();
        // Another one may have taken its place.
        if all.get(&self.id).is_some_and(|it| it.strong_count() == 0) {
            all.remove(&self.id);
        }
    }
}

impl Watching {
    /// The login as it is, and then each time that it is newer; intermediate
    /// versions may be left out. Whoever stops waiting loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Result<Login, ServiceError>> {
        while !self.is_at_the_end() {
            tokio::select! {
                biased;
                changed = self.news.changed() => {
                    changed.ok()?;
                    let login = self.news.borrow_and_update().login.clone();
                    if let Some(login) = login.filter(|it| self.seen != Some(it.version)) {
                        self.seen = Some(login.version);
                        return Some(Ok(login));
                    }
                }
                told = self.watcher.pass_on() => {
                    if let Err(error) = told {
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }

    /// Whether all was seen, and nothing more comes.
    fn is_at_the_end(&self) -> bool {
        self.news.borrow().is_over && !self.news.has_changed().unwrap_or_default()
    }
}

impl Watcher {
    /// Waits for its turn, asks for what is new, and tells everyone.
    async fn pass_on(&self) -> Result<(), ServiceError> {
        let mut updates = self.updates.lock().await;
        if self.news.borrow().is_over {
            return Ok(());
        }
        match updates.next().await {
            Some(Ok(login)) => {
                self.news.send_modify(|news| news.login = Some(login));
                Ok(())
            }
            // The others come back, and learn for themselves what it is.
            ended => {
                self.news.send_modify(|news| news.is_over = true);
                ended.map_or(Ok(()), |failed| failed.map(|_| ()))
            }
        }
    }
}
