//! What the database in memory does: as the ports say, and no more.

use async_trait::async_trait;
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::Owner;
use sesame_domain::keys::{KeyState, KeyUse, KeyVersion, NewKey};
use sesame_domain::ports::{
    AuditLog, InstanceSecrets, KeyRegister, Rewrapped, Rewrapping, RowName, StoreError, WrappedKey,
    WrappedPlace,
};
use sesame_domain::sealed::{Binding, Sealed};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use super::fakes::{State, World, place_no};
use crate::TOKENS;

impl State {
    fn active(&self) -> Option<&KeyVersion> {
        let mut versions = self.versions.iter();
        versions.find(|it| it.state == KeyState::Active)
    }

    fn uses(&self) -> Vec<KeyUse> {
        let uses = self.versions.iter().map(|version| {
            let wrapped = |sealed: &&Sealed| sealed.key_id == version.id;
            let rows = |peers: bool| {
                let rows = self.rows.values();
                let rows = rows.filter(|row| (row.place == WrappedPlace::Peers) == peers);
                rows.map(|row| &row.sealed).filter(wrapped).count() as u64
            };
            let passing = self.passing.get(&version.id);
            KeyUse {
                key_id: version.id.clone(),
                sessions: rows(false),
                peers: rows(true),
                exports: 0,
                passing: passing.copied().unwrap_or_default(),
                secrets: self.secrets.values().filter(wrapped).count() as u64,
            }
        });
        uses.filter(|it| it.wrapped() + it.passing > 0).collect()
    }

    fn append(&mut self, entry: AuditEntry) -> Result<(), StoreError> {
        if self.audit_is_full {
            return Err(StoreError::unavailable(std::io::Error::other("disk full")));
        }
        self.audit.push(entry);
        Ok(())
    }

    fn wrapped_at(&self, place: WrappedPlace) -> Vec<(Binding, Sealed)> {
        let mut there: Vec<_> = if place == WrappedPlace::Secret {
            let secrets = self.secrets.iter();
            secrets
                .map(|(name, sealed)| (Binding::secret(name), sealed.clone()))
                .collect()
        } else {
            let rows = self.rows.values().filter(|row| row.place == place);
            rows.map(|row| (row.binding.clone(), row.sealed.clone()))
                .collect()
        };
        there.sort_by_key(|(binding, _)| binding.subject);
        there
    }

    fn sealed_at(&mut self, place: WrappedPlace, id: Uuid) -> Option<&mut Sealed> {
        if place == WrappedPlace::Secret {
            let mut secrets = self.secrets.iter_mut();
            let named = secrets.find(|(name, _)| Binding::secret(name).subject == id);
            return named.map(|(_, sealed)| sealed);
        }
        let row = self.rows.get_mut(&(place_no(place), id));
        row.map(|row| &mut row.sealed)
    }
}

#[async_trait]
impl KeyRegister for World {
    async fn all(&self) -> Result<Vec<KeyVersion>, StoreError> {
        Ok(self.state().versions.clone())
    }

    async fn active(&self) -> Result<Option<KeyVersion>, StoreError> {
        Ok(self.state().active().cloned())
    }

    async fn find(&self, id: &str) -> Result<Option<KeyVersion>, StoreError> {
        let state = self.state();
        Ok(state.versions.iter().find(|it| it.id == id).cloned())
    }

    async fn activate(
        &self,
        key: NewKey,
        after: Option<&str>,
        audit: Option<AuditEntry>,
    ) -> Result<KeyVersion, StoreError> {
        self.write(|state| {
            if state.active().map(|it| it.id.as_str()) != after {
                return Err(StoreError::Fenced(RowName::any("key_versions")));
            }
            // What links the audit is sealed under the keys: as long as it is
            // not stored, no entry can be written, and from then on each must.
            let can_audit = state.secrets.contains_key(TOKENS);
            assert_eq!(can_audit, audit.is_some());
            if let Some(entry) = audit {
                state.append(entry)?;
            }
            for version in &mut state.versions {
                if version.state == KeyState::Active {
                    version.state = KeyState::Accepted;
                }
            }
            let version = KeyVersion {
                number: i64::try_from(state.versions.len()).unwrap() + 1,
                id: key.id,
                provider: key.provider,
                reference: key.reference,
                state: KeyState::Active,
                created_at: key.created_at,
                encryptions: 0,
                handover: key.handover,
            };
            state.versions.push(version.clone());
            Ok(version)
        })
    }

    async fn minimum(&self) -> Result<i64, StoreError> {
        Ok(self.state().minimum)
    }

    async fn set_minimum(&self, number: i64, audit: AuditEntry) -> Result<(), StoreError> {
        self.write(|state| {
            let uses = state.uses();
            let is_active_below = state.active().is_none_or(|it| it.number < number);
            let mut below = state.versions.iter().filter(|it| it.number < number);
            if is_active_below || below.any(|it| uses.iter().any(|one| one.key_id == it.id)) {
                return Err(StoreError::inconsistent(
                    "a key below the minimum is in use",
                ));
            }
            state.append(audit)?;
            state.minimum = number;
            let retired: Vec<String> = state
                .versions
                .iter()
                .filter(|it| it.number < number)
                .map(|it| it.id.clone())
                .collect();
            for version in &mut state.versions {
                if version.state != KeyState::Active {
                    version.state = if version.number < number {
                        KeyState::Retired
                    } else {
                        KeyState::Accepted
                    };
                }
                let under = version
                    .handover
                    .as_deref()
                    .map(|it| Sealed::unpack(it).unwrap());
                if under.is_some_and(|it| retired.contains(&it.key_id)) {
                    version.handover = None;
                }
            }
            Ok(())
        })
    }

    async fn count(&self, id: &str, encryptions: u64) -> Result<u64, StoreError> {
        self.write(|state| {
            let mut versions = state.versions.iter_mut();
            let version = versions
                .find(|it| it.id == id)
                .ok_or_else(|| StoreError::not_found("key_versions", id))?;
            version.encryptions += encryptions;
            Ok(version.encryptions)
        })
    }

    async fn in_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        Ok(self.state().uses())
    }

    async fn note_check(&self, id: &str, check: &str) -> Result<(), StoreError> {
        self.write(|state| {
            for version in &mut state.versions {
                if version.id == id && version.reference.is_none() {
                    version.reference = Some(check.to_owned());
                }
            }
            Ok(())
        })
    }

    async fn wrapped_by(&self, id: &str, limit: u32) -> Result<Vec<WrappedKey>, StoreError> {
        let state = self.state();
        let places = [
            WrappedPlace::Session,
            WrappedPlace::Peers,
            WrappedPlace::LoginSession,
            WrappedPlace::Secret,
        ];
        let there = places.into_iter().flat_map(|place| {
            let all = state.wrapped_at(place).into_iter();
            all.map(move |(binding, sealed)| WrappedKey {
                place,
                binding,
                key_id: sealed.key_id,
                wrapped_key: sealed.wrapped_key,
            })
        });
        let under = there.filter(|it| it.key_id == id);
        Ok(under.take(limit as usize).collect())
    }
}

#[async_trait]
impl InstanceSecrets for World {
    async fn find(&self, name: &str) -> Result<Option<Sealed>, StoreError> {
        Ok(self.state().secrets.get(name).cloned())
    }

    async fn put(&self, name: &str, sealed: &Sealed) -> Result<Sealed, StoreError> {
        self.write(|state| {
            let secret = state.secrets.entry(name.to_owned());
            Ok(secret.or_insert_with(|| sealed.clone()).clone())
        })
    }
}

#[async_trait]
impl Rewrapping for World {
    async fn wrapped_by_others(
        &self,
        key_id: &str,
        place: WrappedPlace,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<WrappedKey>, StoreError> {
        let all = self.state().wrapped_at(place).into_iter();
        let others = all.filter(|(binding, sealed)| {
            sealed.key_id != key_id && after.is_none_or(|after| binding.subject > after)
        });
        let keys = others.map(|(binding, sealed)| WrappedKey {
            place,
            binding,
            key_id: sealed.key_id,
            wrapped_key: sealed.wrapped_key,
        });
        Ok(keys.take(limit as usize).collect())
    }

    async fn rewrap(&self, batch: &[Rewrapped], audit: AuditEntry) -> Result<u64, StoreError> {
        self.write(|state| {
            match state.meanwhile.take() {
                Some((1, meanwhile)) => meanwhile(state),
                Some((n, meanwhile)) => state.meanwhile = Some((n - 1, meanwhile)),
                None => {}
            }
            state.append(audit)?;
            let mut stored = 0;
            for one in batch {
                let before = &one.before;
                let there = state.sealed_at(before.place, before.binding.subject);
                if let Some(sealed) = there
                    && sealed.key_id == before.key_id
                    && sealed.wrapped_key == before.wrapped_key
                {
                    sealed.key_id.clone_from(&one.key_id);
                    sealed.wrapped_key.clone_from(&one.wrapped_key);
                    stored += 1;
                }
            }
            Ok(stored)
        })
    }
}

#[async_trait]
impl AuditLog for World {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(|state| state.append(entry))
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        self.page(owner, None, limit).await
    }

    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let state = self.state();
        let entries = state.audit.iter().rev();
        let mut about: Vec<_> = entries
            .filter(|it| it.owner == *owner && before.is_none_or(|before| it.at < before))
            .cloned()
            .collect();
        // A page does not end inside a moment.
        if let Some(last) = about.get((limit as usize).saturating_sub(1)) {
            let moment = last.at;
            about.retain(|it| it.at >= moment);
        }
        Ok(about)
    }
}
