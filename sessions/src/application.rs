//! The application that Sesame is at Telegram: `API_ID` and `API_HASH`.
//!
//! Without them no one can link an account, and nothing that people do mends
//! that: it is told as the operator's matter, in the log, by the doctor and by
//! readiness, until Telegram takes the application again.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use grammers_tl_types::functions;
use secrecy::ExposeSecret as _;
use sesame_domain::held_lease::Hold;
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock, SystemClock};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::connection::Connection;
use crate::data_centres::DataCentres;
use crate::gate::{ApplicationFloods, CallPolicy, Gate, TelegramError};
use crate::node::Node;
use crate::session::UserSession;
use crate::settings::SessionsSettings;
use crate::subject::Subject;

/// How often an application that is refused is tried again.
const AGAIN: Duration = Duration::from_mins(5);

/// How Telegram takes the application, for whoever wants to know.
#[derive(Clone)]
pub struct Application(Arc<Node>);

impl Application {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self(node)
    }

    /// Whether Telegram refused it, and has not taken it since.
    pub fn is_refused(&self) -> bool {
        self.0.gate.standing().is_refused()
    }

    /// Tries it now, so that no person is the first to find out, and again for
    /// as long as Telegram refuses it. It never ends by itself.
    pub async fn mind(self) {
        let node = &self.0;
        loop {
            let centres = node.ports.data_centres.as_ref();
            let spawn = |runner| node.spawn(runner);
            // The gate notes and tells what Telegram says.
            if let Err(Trial::Unknown(error)) =
                ask(&node.gate, &node.settings, centres, spawn).await
            {
                tracing::warn!(error, "API_ID and API_HASH could not be tried");
            }
            node.gate.standing().refused().await;
            tokio::time::sleep(AGAIN).await;
        }
    }
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").finish_non_exhaustive()
    }
}

/// Why an application was not found to be good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trial {
    /// Telegram does not take it, and names it so.
    #[error("Telegram refuses API_ID and API_HASH ({0})")]
    Refused(String),
    /// It could not be found out.
    #[error("it could not be found out: {0}")]
    Unknown(String),
}

/// Asks Telegram whether it takes the application: as a new device that asks
/// for a login code, since that call looks at both `API_ID` and `API_HASH`. No
/// one is shown the code, and the device is never seen again.
///
/// # Errors
/// When Telegram refuses, or does not say.
pub async fn try_application(
    settings: &SessionsSettings,
    data_centres: &dyn DataCentres,
) -> Result<(), Trial> {
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let gate = Gate::new(settings, clock, entropy, ApplicationFloods::alone());
    let tracker = TaskTracker::new();
    ask(&gate, settings, data_centres, |runner| {
        tracker.spawn(runner)
    })
    .await
}

async fn ask(
    gate: &Gate,
    settings: &SessionsSettings,
    data_centres: &dyn DataCentres,
    spawn: impl FnOnce(BoxFuture<'static, ()>) -> JoinHandle<()>,
) -> Result<(), Trial> {
    let fresh = tokio::time::timeout(settings.call_limit, data_centres.fresh()).await;
    let table = match fresh {
        Ok(Ok(table)) => table,
        Ok(Err(error)) => return Err(Trial::Unknown(error.to_string())),
        Err(_) => return Err(Trial::Unknown(TelegramError::TimedOut.to_string())),
    };
    let session = Arc::new(UserSession::new(table.into_credentials()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let hold = Hold::unlimited(&clock);
    let connection = Connection::open(settings, Subject::Unknown, session, &hold, spawn);
    let request = export_request(settings);
    let answer = gate.call(connection.caller(), &request, CallPolicy::IMPATIENT);
    let answer = answer.await;
    connection.close().await;
    match answer {
        Ok(_) => Ok(()),
        Err(TelegramError::AppRefused(name)) => Err(Trial::Refused(name)),
        Err(error) => Err(Trial::Unknown(error.to_string())),
    }
}

/// A request for a token. No account is excluded: only the owner's own can be
/// linked, and that one is either not linked or to be linked again.
pub(crate) fn export_request(settings: &SessionsSettings) -> functions::auth::ExportLoginToken {
    functions::auth::ExportLoginToken {
        api_id: settings.api_id,
        api_hash: settings.api_hash.expose_secret().to_owned(),
        except_ids: Vec::new(),
    }
}
