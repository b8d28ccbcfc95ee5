//! A session's connections to Telegram.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use grammers_client::Client;
use grammers_client::client::ClientConfiguration;
use grammers_mtsender::{
    ConnectionParams, InvocationError, NoRetries, SenderPool, SenderPoolHandle,
};
use grammers_session::updates::UpdatesLike;
use grammers_tl_types as tl;
use sesame_domain::device::Device;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::session::UserSession;
use crate::settings::SessionsSettings;
use crate::subject::Subject;
use crate::update::Update;

/// How long a farewell may take: a silent data centre holds it up.
const FAREWELL: Duration = Duration::from_secs(1);
/// How many updates may wait to be looked at.
const WAITING_UPDATES: NonZeroUsize = match NonZeroUsize::new(64) {
    Some(count) => count,
    None => NonZeroUsize::MIN,
};

/// The way to call Telegram with a session; only the gate uses it.
#[derive(Clone)]
pub(crate) struct Caller {
    client: Client,
    pool: SenderPoolHandle,
    session: Arc<UserSession>,
    subject: Arc<Subject>,
    stuck: Arc<AtomicBool>,
}

impl Caller {
    /// The session's home data centre.
    pub(crate) fn home(&self) -> i32 {
        self.session.home()
    }

    /// The session.
    pub(crate) fn session(&self) -> &Arc<UserSession> {
        &self.session
    }

    /// On whose account it is.
    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Sends a request, without a time limit and without retries.
    pub(crate) async fn invoke_in<R: tl::RemoteCall>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        self.client.invoke_in_dc(dc, request).await
    }

    /// Notes that a call was not answered in time. The library connects
    /// inside its loop without a time limit: one silent data centre, and no
    /// call on this connection gets through any more.
    pub(crate) fn note_stuck(&self) {
        self.stuck.store(true, Ordering::Relaxed);
    }

    /// Whether another connection should be made.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    /// Closes the connection to one data centre.
    pub(crate) fn leave_dc(&self, dc: i32) {
        self.pool.disconnect_from_dc(dc);
    }
}

/// A session's connections; they are made when a call needs them, and broken
/// when this is dropped.
pub(crate) struct Connection {
    caller: Caller,
    runner: JoinHandle<()>,
    updates: mpsc::Receiver<UpdatesLike>,
}

impl Connection {
    /// Opens a session. Nothing is sent before the first call; `spawn` owns
    /// what runs.
    pub(crate) fn open(
        settings: &SessionsSettings,
        subject: Subject,
        session: Arc<UserSession>,
        spawn: impl FnOnce(BoxFuture<'static, ()>) -> JoinHandle<()>,
    ) -> Self {
        let params = params(&settings.device, &settings.lang_code);
        let SenderPool {
            runner,
            handle,
            updates,
        } = SenderPool::with_configuration(Arc::clone(&session), settings.api_id, params);
        let pool = handle.thin.clone();
        let configuration = ClientConfiguration {
            auto_cache_peers: true,
        };
        let running = runner.run().instrument(subject.span());
        let client = Client::with_configuration(handle, configuration);
        Self {
            caller: Caller {
                client,
                pool,
                session,
                subject: Arc::new(subject),
                stuck: Arc::default(),
            },
            runner: spawn(Box::pin(running)),
            updates,
        }
    }

    /// The way to call Telegram.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether the library gave up, as it does when a server misbehaves, or is
    /// stuck.
    pub(crate) fn is_broken(&self) -> bool {
        self.runner.is_finished() || self.caller.is_stuck()
    }

    /// What Telegram says by itself; `None` when the connection is broken.
    pub(crate) async fn next_update(&mut self) -> Option<Update> {
        self.updates.recv().await.map(|update| Update::of(&update))
    }

    /// Closes the connections in order, and breaks them when that takes too long.
    pub(crate) async fn close(mut self) {
        self.caller.client.disconnect();
        if tokio::time::timeout(FAREWELL, &mut self.runner)
            .await
            .is_err()
        {
            tracing::debug!("a connection was broken: its farewell took too long");
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

/// How a connection introduces itself. Every field is given: the library's
/// defaults start processes to find out about the machine.
fn params(device: &Device, lang_code: &str) -> ConnectionParams {
    ConnectionParams {
        device_model: device.model.clone(),
        system_version: device.system_version.clone(),
        app_version: device.app_version.clone(),
        system_lang_code: lang_code.to_owned(),
        lang_code: lang_code.to_owned(),
        use_ipv6: false,
        retry_policy: Box::new(NoRetries),
        updates_channel_capacity: WAITING_UPDATES,
        __non_exhaustive: (),
    }
}
