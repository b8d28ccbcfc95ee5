//! Whether Telegram's data centres can be reached, asked as no one.

use std::sync::Arc;

use futures::future::join_all;
use grammers_tl_types::functions;
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock, SystemClock};
use tokio_util::task::TaskTracker;

use crate::connection::Connection;
use crate::data_centres::{DataCentres, DataCentresError};
use crate::gate::{ApplicationFloods, CallPolicy, Gate};
use crate::session::UserSession;
use crate::settings::SessionsSettings;
use crate::subject::Subject;
use sesame_domain::held_lease::Hold;

/// Asks each data centre for its configuration, all at the same time, as a new
/// device that is never seen again; why one did not answer.
///
/// # Errors
/// When it is not known where they are.
pub async fn try_data_centres(
    settings: &SessionsSettings,
    data_centres: &dyn DataCentres,
) -> Result<Vec<(i32, Option<String>)>, DataCentresError> {
    let fresh = tokio::time::timeout(settings.call_limit, data_centres.fresh()).await;
    let table = fresh.map_err(|late| DataCentresError(late.into()))??;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (entropy, floods) = (Arc::new(SystemEntropy), ApplicationFloods::alone());
    let gate = Gate::new(settings, Arc::clone(&clock), entropy, floods);
    let session = Arc::new(UserSession::new(table.into_credentials()));
    let (hold, tracker) = (Hold::unlimited(&clock), TaskTracker::new());
    let open = || {
        let session = Arc::clone(&session);
        Connection::open(settings, Subject::Unknown, session, &hold, |runner| {
            tracker.spawn(runner)
        })
    };
    let asked = session.dcs().into_iter().map(|dc| {
        // Each over a connection of its own: one that is silent holds up no other.
        let connection = open();
        let gate = &gate;
        async move {
            let request = functions::help::GetConfig {};
            let answer = gate.call_in(connection.caller(), dc, &request, CallPolicy::IMPATIENT);
            let silent = answer.await.err().map(|error| error.to_string());
            connection.close().await;
            (dc, silent)
        }
    });
    Ok(join_all(asked).await)
}
