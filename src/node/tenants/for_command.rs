//! A tenant that does not stand in the environment, for a command.

use sesame_domain::ids::TenantId;
use sesame_domain::ports::TenantRegister as _;
use sesame_domain::tenant::{Tenant, TenantState};

use super::one::{StartError, settings_of};
use super::routes;
use crate::config::{Layers, Settings};
use crate::failure::Failure;
use crate::node::runtime::Runtime;
use crate::node::{storage, wiring};

/// A tenant that does not stand in the environment, for a command that does one thing
/// for it and ends.
pub(crate) struct TenantForCommand {
    pub(crate) settings: Settings,
    pub(crate) runtime: Runtime,
}

impl TenantForCommand {
    /// Opens the one of this name on what the command has for the environment's.
    ///
    /// # Errors
    /// When there is none of this name, or nothing is done for it.
    pub(crate) async fn open(
        id: &TenantId,
        layers: &Layers,
        first: &Settings,
        runtime: &Runtime,
    ) -> Result<Self, Failure> {
        let row = find(id, runtime).await?;
        if let Some(why) = why_idle(&row) {
            return Err(Failure::Usage(why));
        }
        let base = wiring::public_url(first, first.web.listen)?;
        let url = routes::url_of(&base, id).ok_or_else(|| unusable(id, StartError::Address))?;
        let settings = settings_of(&row, &runtime.core, layers, &url, None).await;
        let settings = settings.map_err(|error| unusable(id, error))?;
        Ok(Self {
            runtime: Runtime::beside_for_command(&runtime.of_node(), &settings)?,
            settings,
        })
    }
}

async fn find(id: &TenantId, runtime: &Runtime) -> Result<Tenant, Failure> {
    let all = runtime.core.database.tenants().all().await;
    for row in all.map_err(storage::unreadable)? {
        match row {
            Ok(row) if row.id == *id => return Ok(row),
            Err(broken) if broken.id == id.as_str() => {
                let what = broken.what;
                return Err(Failure::Other(anyhow::anyhow!(
                    "this program cannot read the row of the tenant {id}: {what}"
                )));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Err(Failure::Usage(format!(
        "there is no tenant {id}: the operators' pages list them, under Tenants"
    )))
}

/// Why nothing is done for a tenant, if that is so by order.
pub(crate) fn why_idle(tenant: &Tenant) -> Option<String> {
    let id = &tenant.id;
    match tenant.state {
        TenantState::Active => None,
        TenantState::Paused => Some(format!(
            "the tenant {id} is paused, and nothing is done with its sessions until it is resumed"
        )),
        TenantState::Leaving => Some(format!(
            "the tenant {id} is being removed, and its sessions are logged out"
        )),
    }
}

fn unusable(id: &TenantId, error: StartError) -> Failure {
    match error {
        StartError::Failed(failure) => failure,
        StartError::Settings(problems) => problems.into(),
        other => Failure::Other(
            anyhow::Error::new(other).context(format!("the tenant {id} cannot be worked for")),
        ),
    }
}
