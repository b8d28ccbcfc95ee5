//! Asking Telegram about the account that a session is signed in to.

use grammers_session::types::{UpdateState, UpdatesState};
use grammers_tl_types::{enums, functions, types};
use sesame_domain::account::Profile;
use sesame_domain::device::Device;

use crate::connection::Caller;
use crate::gate::CallPolicy;
use crate::node::Node;

/// A request for the account's own user.
pub(crate) fn whoami() -> functions::users::GetUsers {
    functions::users::GetUsers {
        id: vec![enums::InputUser::UserSelf],
    }
}

/// The user in the answer to [`whoami`].
pub(crate) fn first_user(users: Vec<enums::User>) -> Option<types::User> {
    match users.into_iter().next() {
        Some(enums::User::User(user)) => Some(user),
        Some(enums::User::Empty(_)) | None => None,
    }
}

/// How Telegram shows a user.
pub(crate) fn profile_of(user: types::User) -> Profile {
    let names = [user.first_name, user.last_name];
    let names: Vec<String> = names.into_iter().flatten().collect();
    Profile {
        name: names.join(" ").trim().to_owned(),
        username: user.username.filter(|name| !name.is_empty()),
    }
}

/// Without this, the first stream of updates would have to guess. If it fails,
/// it does: not worth failing anything for.
pub(crate) async fn note_progress(node: &Node, caller: &Caller) {
    let request = functions::updates::GetState {};
    let answer = node.gate.call(caller, &request, CallPolicy::IMPATIENT);
    if let Ok(enums::updates::State::State(state)) = answer.await {
        let progress = UpdateState::All(UpdatesState {
            pts: state.pts,
            qts: state.qts,
            date: state.date,
            seq: state.seq,
            channels: Vec::new(),
        });
        caller.session().set_progress(progress);
    }
}

/// How the session shows up in Settings > Devices; `None`: Telegram did not say.
pub(crate) async fn current_device(node: &Node, caller: &Caller) -> Option<Device> {
    let request = functions::account::GetAuthorizations {};
    let answer = node
        .gate
        .call(caller, &request, CallPolicy::IMPATIENT)
        .await;
    let enums::account::Authorizations::Authorizations(list) = answer.ok()?;
    let enums::Authorization::Authorization(current) = list
        .authorizations
        .into_iter()
        .find(|enums::Authorization::Authorization(one)| one.current)?;
    Some(Device {
        model: current.device_model,
        system_version: current.system_version,
        app_version: current.app_version,
        app_name: current.app_name,
    })
}
