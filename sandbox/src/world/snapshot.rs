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
    #[serde(default)]
    dropped: bool,
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
            dropped: key.is_dropped(),
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
        if self.dropped {
            key.drop_for_good();
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::NewPerson;

    fn person(world: &World) -> i64 {
        let ada = NewPerson {
            id: None,
            first_name: "Ada".to_owned(),
            last_name: None,
            username: None,
            phone: None,
            language: None,
            home_dc: Some(2),
        };
        world.people().create(ada).unwrap().id
    }

    #[test]
    fn a_device_stays_logged_in_and_half_a_login_does_not() {
        let world = World::default();
        let ada = person(&world);
        let device = Device::new(1, "Laptop", "Linux", "1.0");
        let seats = [[7; 256], [8; 256]].map(|data| {
            let key = world.keys().add(AuthKey::new(2, data, None, 5)).unwrap();
            key.set_layer(229);
            let seat = (2, key.id);
            let app = "App".to_owned();
            let login = world
                .authorizations()
                .accept(ada, Arc::new(device.clone()), app, seat, 5);
            key.log_in(Arc::clone(&login));
            (login, seat)
        });
        let [(done, seat), (half, half_seat)] = seats;
        let put = |login, seat, state| world.authorizations().seat(login, seat, state);
        assert!(put(&done, seat, AuthorizationState::Complete));
        assert!(put(&half, half_seat, AuthorizationState::PasswordPending));
        world.set_password(ada, Some(CloudPassword::derive("secret", None)));

        let json = serde_json::to_string(&world.snapshot()).unwrap();
        let again = World::default();
        again.restore(serde_json::from_str(&json).unwrap());

        assert_eq!(again.people().list(), world.people().list());
        let devices = again.authorizations().of(ada);
        assert_eq!(devices.len(), 1);
        assert_eq!(devices[0].hash, done.hash);
        assert_eq!(*devices[0].device, device);
        let key = again.keys().get(seat.1).unwrap();
        assert_eq!(key.layer(), Some(229));
        assert_eq!(key.login().unwrap().hash, done.hash);
        let (kept, own) = (again.passwords().get(ada), world.passwords().get(ada));
        assert_eq!(
            kept.unwrap().verifier_bytes(),
            own.unwrap().verifier_bytes()
        );
    }
}
