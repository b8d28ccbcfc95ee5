//! What of the world survives a restart: people, their passwords, their
//! devices and the keys of those. Codes, tokens, channels and faults do not.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AuthKey, Authorization, AuthorizationState, CloudPassword, Device, Person, World};

/// What of the world survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct WorldSnapshot {
    people: Vec<Person>,
    passwords: Vec<KeptPassword>,
    keys: Vec<KeptKey>,
    logins: Vec<KeptLogin>,
}

#[derive(Serialize, Deserialize)]
struct KeptPassword {
    person: i64,
    salt1: String,
    salt2: String,
    verifier: String,
    hint: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptKey {
    dc: i32,
    data: String,
    first_salt: Option<i64>,
    created_at: i64,
    layer: Option<i32>,
    device: Device,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptLogin {
    hash: i64,
    person: i64,
    device: Device,
    app_name: String,
    created_at: i64,
    active_at: i64,
    dc: i32,
    key: i64,
}

impl World {
    /// What should survive a restart.
    pub fn snapshot(&self) -> WorldSnapshot {
        let people = self.people().list();
        let passwords = people
            .iter()
            .filter_map(|person| {
                let password = self.passwords().get(person.id)?;
                Some(KeptPassword::of(person.id, &password))
            })
            .collect();
        let logins = people
            .iter()
            .flat_map(|person| self.authorizations().of(person.id))
            .filter(|login| login.state() == AuthorizationState::Complete)
            .map(|login| KeptLogin::of(&login))
            .collect();
        WorldSnapshot {
            passwords,
            logins,
            keys: self
                .keys()
                .list()
                .iter()
                .map(|key| KeptKey::of(key))
                .collect(),
            people,
        }
    }

    /// Makes an empty world into the one that was kept. What cannot be read
    /// is left out.
    pub fn restore(&self, kept: WorldSnapshot) {
        for person in kept.people {
            self.people().put(person);
        }
        for password in kept.passwords {
            let person = password.person;
            if let Some(password) = password.open() {
                self.set_password(person, Some(password));
            }
        }
        for key in kept.keys {
            if let Some(key) = key.open() {
                self.keys().add(key);
            }
        }
        // Listed newest first, put back oldest first.
        for login in kept.logins.into_iter().rev() {
            // A login without its key could never be used again.
            if let Some(key) = self.keys().get(login.key) {
                let login = self.authorizations().put(login.open());
                key.log_in(login);
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

    fn open(self) -> Option<CloudPassword> {
        let salt1 = hex::decode(self.salt1).ok()?;
        let salt2 = hex::decode(self.salt2).ok()?;
        let verifier = hex::decode(self.verifier).ok()?;
        CloudPassword::kept(&salt1, &salt2, self.hint, &verifier)
    }
}

impl KeptKey {
    fn of(key: &AuthKey) -> Self {
        Self {
            dc: key.dc,
            data: hex::encode(key.data()),
            first_salt: key.first_salt,
            created_at: key.created_at,
            layer: key.layer(),
            device: Device::clone(&key.device()),
        }
    }

    fn open(self) -> Option<AuthKey> {
        let mut data = [0; 256];
        hex::decode_to_slice(self.data, &mut data).ok()?;
        let key = AuthKey::new(self.dc, data, self.first_salt, self.created_at);
        if let Some(layer) = self.layer {
            key.set_layer(layer);
        }
        key.set_device(self.device);
        Some(key)
    }
}

impl KeptLogin {
    fn of(login: &Authorization) -> Self {
        Self {
            hash: login.hash,
            person: login.person,
            device: Device::clone(&login.device),
            app_name: login.app_name.clone(),
            created_at: login.created_at,
            active_at: login.active_at(),
            dc: login.dc(),
            key: login.key(),
        }
    }

    fn open(self) -> Authorization {
        let seat = (self.dc, self.key);
        let login = Authorization::kept(
            (self.hash, self.person),
            Arc::new(self.device),
            self.app_name,
            self.created_at,
            seat,
        );
        login.touch(self.active_at);
        login
    }
}

impl std::fmt::Debug for KeptPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptPassword")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptKey")
            .field("dc", &self.dc)
            .finish_non_exhaustive()
    }
}
