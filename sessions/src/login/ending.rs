//! Ending a login because someone wants it to end.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::Login;
use sesame_domain::ports::{Intent, ServiceError, Topic};
use sesame_domain::reason::Reason;
use tokio::time::Instant;

use super::command::Command;
use super::drivers::Drivers;
use super::watch::until_over;

/// How long a person waits for a driver to follow an intent.
const GRANT: Duration = Duration::from_secs(4);

/// Ends a login by an intent, and waits a little for that to happen.
pub(crate) async fn end(
    drivers: &Arc<Drivers>,
    owner: &Owner,
    id: LoginId,
    intent: Intent,
) -> Result<Login, ServiceError> {
    let node = &drivers.node;
    node.ports.logins.set_intent(id, intent).await?;
    match drivers.get_or_adopt(id, None).await {
        // A full inbox: the driver looks at the intent anyway.
        Ok(Some(driver)) => drop(driver.try_send(Command::Intent)),
        Ok(None) => node.publish(Topic::Intent(id)).await,
        // The intent is kept: whoever drives the login next follows it.
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), login.id = %id, "an intent waits for a driver");
        }
    }
    let deadline = Instant::now() + GRANT;
    until_over(node, owner, id, deadline).await
}
