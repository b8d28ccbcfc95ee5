//! The accounts as they can be kept over a restart: people, cloud passwords,
//! devices and their keys. Chats and what waits only for seconds (tokens,
//! codes) are not kept.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::auth_key::AuthKey;
use super::authorization::{Authorization, AuthorizationState};
use super::device::Device;
use super::password::CloudPassword;
use super::person::Person;
use super::state::World;

/// All accounts and their devices.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Accounts {
    people: Vec<Person>,
    passwords: Vec<KeptPassword>,
    devices: Vec<KeptDevice>,
    keys: Vec<KeptKey>,
}

/// A cloud password; bytes as hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
struct KeptPassword {
    person: i64,
    salt1: String,
    salt2: String,
    verifier: String,
    hint: Option<String>,
}

/// A device that is logged in or owes the password.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptDevice {
    hash: i64,
    person: i64,
    device: Device,
    app_name: String,
    created_at: i64,
    active_at: i64,
    complete: bool,
    dc: i32,
    key: i64,
}

/// A key with a login on it; bytes as hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
struct KeptKey {
    dc: i32,
    data: String,
    created_at: i64,
    layer: Option<i32>,
    device: Device,
    login: i64,
}

impl World {
    /// The accounts as they are now.
    pub fn accounts(&self) -> Accounts {
        let people = self.people().list();
        let all = people.iter();
        let devices = all.flat_map(|person| self.authorizations().of(person.id));
        let passwords = people.iter().filter_map(|person| {
            let password = self.passwords().get(person.id)?;
            Some(KeptPassword::of(person.id, &password))
        });
        Accounts {
            passwords: passwords.collect(),
            devices: devices.map(|device| KeptDevice::of(&device)).collect(),
            keys: self.keys().with_login(KeptKey::of),
            people,
        }
    }

    /// Puts accounts into a world that has none yet; what cannot be read of
    /// them is left out.
    pub fn restore(&self, accounts: Accounts) {
        for person in accounts.people {
            self.people().restore(person);
        }
        for kept in accounts.passwords {
            if let Some(password) = kept.read() {
                self.passwords().set(kept.person, Some(password));
            }
        }
        let mut logins = HashMap::new();
        // Listed newest first, put back oldest first.
        for kept in accounts.devices.into_iter().rev() {
            let hash = kept.hash;
            let login = self.authorizations().restore(kept.read());
            logins.insert(hash, login);
        }
        for kept in accounts.keys {
            if let (Some(key), Some(login)) = (kept.read(), logins.get(&kept.login)) {
                key.log_in(Arc::clone(login));
                self.keys().add(key);
            }
        }
    }
}

impl KeptPassword {
    fn of(person: i64, password: &CloudPassword) -> Self {
        Self {
            person,
            salt1: hex::encode(password.salt1),
            salt2: hex::encode(password.salt2),
            verifier: hex::encode(password.verifier_bytes()),
            hint: password.hint.clone(),
        }
    }

    fn read(&self) -> Option<CloudPassword> {
        let salt1 = hex::decode(&self.salt1).ok()?.try_into().ok()?;
        let salt2 = hex::decode(&self.salt2).ok()?.try_into().ok()?;
        let verifier = hex::decode(&self.verifier).ok()?;
        let hint = self.hint.clone();
        Some(CloudPassword::from_parts(salt1, salt2, &verifier, hint))
    }
}

impl KeptDevice {
    fn of(authorization: &Authorization) -> Self {
        Self {
            hash: authorization.hash,
            person: authorization.person,
            device: (*authorization.device).clone(),
            app_name: authorization.app_name.clone(),
            created_at: authorization.created_at,
            active_at: authorization.active_at(),
            complete: authorization.state() == AuthorizationState::Complete,
            dc: authorization.dc(),
            key: authorization.key(),
        }
    }

    fn read(self) -> Authorization {
        let state = if self.complete {
            AuthorizationState::Complete
        } else {
            AuthorizationState::PasswordPending
        };
        let seat = (self.dc, self.key);
        let times = (self.created_at, self.active_at);
        let device = Arc::new(self.device);
        let owner = (self.person, self.hash);
        Authorization::new(owner, device, self.app_name, times, seat, state)
    }
}

impl KeptKey {
    fn of(key: &AuthKey, login: &Authorization) -> Self {
        Self {
            dc: key.dc,
            data: hex::encode(key.data()),
            created_at: key.created_at,
            layer: key.layer(),
            device: (*key.device()).clone(),
            login: login.hash,
        }
    }

    fn read(&self) -> Option<AuthKey> {
        let data = hex::decode(&self.data).ok()?.try_into().ok()?;
        let key = AuthKey::new(self.dc, data, None, self.created_at);
        if let Some(layer) = self.layer {
            key.set_layer(layer);
        }
        key.set_device(self.device.clone());
        Some(key)
    }
}

impl std::fmt::Debug for KeptPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptPassword").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptKey").finish_non_exhaustive()
    }
}
