//! The rules on a real database: whose object it is, who signs in as whom.

mod ingestion;
mod rules;
mod sign_in;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::domain::{NewDomain, Settings};
use super::domains;
use super::matching::ingestion::{Ingested, Intake, ingest, new_profile, save};
use super::matching::voucher::Voucher;
use super::object_types::definition::Definition;
use super::object_types::target::Target;
use super::profile::Origin;
use super::rows::{domains as rows, objects, profiles as profile_rows};
use super::search::{Criterion, LOOKED_AT_MAX, search};
use super::{DomainRef, IdentityProvider, Import, Imported, Profile, Refusal, import};
use signback_platform::clock::{Clock, HeldTime, Timestamp};
use signback_platform::ids::{ContactId, ProfileId, Scope};
use signback_platform::on_both_databases;
use signback_platform::random::SeededRandom;
use signback_platform::settings::Matching;
use signback_platform::store::{Env, Keyring, Options, Store};
use signback_platform::testing::Database;

pub(super) struct World {
    store: Store,
    time: Arc<HeldTime>,
    domain: DomainRef,
    matching: Matching,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl World {
    async fn new(database: &Database) -> Self {
        Self::with(database, Matching::Verified).await
    }

    async fn with(database: &Database, matching: Matching) -> Self {
        let time = Arc::new(HeldTime::at(Timestamp::from_millis(1_768_469_400_000)));
        let store = open(database, &time, 1);
        let domain = store
            .transact(|tx| {
                let new = NewDomain {
                    name: "customers".to_owned(),
                    expiration_days: 366,
                    settings: Settings::default(),
                };
                Ok::<_, Refusal>(domains::create(tx, &scope(), new)?.reference)
            })
            .await
            .unwrap();
        Self {
            store,
            time,
            domain,
            matching,
        }
    }

    /// Another process on the same database.
    fn beside(&self, database: &Database) -> Self {
        Self {
            store: open(database, &self.time, 2),
            time: Arc::clone(&self.time),
            domain: self.domain.clone(),
            matching: self.matching,
        }
    }

    async fn put_type(&self, name: &'static str, definition: Value) {
        let definition: Definition = serde_json::from_value(definition).unwrap();
        let domain = self.domain.clone();
        self.store
            .transact(move |tx| rows::put_object_type(tx, &domain, name, &definition).map(drop))
            .await
            .unwrap();
    }

    /// Ingests an object as a call does.
    async fn try_put(&self, object_type: &'static str, object: Value) -> Result<Ingested, Refusal> {
        let (domain, matching) = (self.domain.clone(), self.matching);
        self.store
            .transact(move |tx| {
                let definition = domains::definition(tx, &domain, object_type)?.unwrap();
                ingest(
                    tx,
                    &Intake {
                        domain: &domain,
                        object_type,
                        definition: &definition,
                        object: object.as_object().unwrap(),
                        text: &object.to_string(),
                        voucher: &Voucher::Caller,
                        identity: None,
                        matching,
                    },
                )
            })
            .await
    }

    /// Ingests an object and gives the id of its profile.
    async fn put(&self, object_type: &'static str, object: Value) -> ProfileId {
        self.try_put(object_type, object)
            .await
            .unwrap()
            .profile
            .unwrap()
            .id
    }

    /// Makes a profile as a call does.
    async fn create(&self, fields: &'static [(&'static str, &'static str)]) -> ProfileId {
        let domain = self.domain.clone();
        self.store
            .transact(move |tx| {
                let mut profile = new_profile(tx, &domain);
                for (path, value) in fields {
                    profile.set(
                        &Target::parse(path).unwrap(),
                        value,
                        &Origin::call(tx.now()),
                    );
                }
                save(tx, &domain, &profile)?;
                Ok::<_, Refusal>(profile.id)
            })
            .await
            .unwrap()
    }

    async fn sign_in(&self, sign_in: &SignIn) -> Result<Imported, Refusal> {
        let (domain, wanted) = (self.domain.clone(), sign_in.import(self.matching));
        let done = self
            .store
            .transact(move |tx| import(tx, &domain, &wanted))
            .await;
        done.unwrap()
    }

    /// Signs in and gives the id of the profile.
    async fn signed_in(&self, sign_in: &SignIn) -> ProfileId {
        self.sign_in(sign_in).await.unwrap().profile_id
    }

    async fn profile(&self, id: &ProfileId) -> Option<Profile> {
        let (domain, id) = (self.domain.clone(), id.clone());
        self.store
            .read(move |tx| profile_rows::find(tx, &domain, &id))
            .await
            .unwrap()
    }

    /// A profile as the interface shows it.
    async fn shown(&self, id: &ProfileId) -> Value {
        let mut document = self.profile(id).await.unwrap().document();
        document.shift_remove("ProfileId");
        Value::Object(document)
    }

    async fn objects(&self, id: &ProfileId, object_type: &'static str) -> Vec<Value> {
        let (domain, id) = (self.domain.clone(), id.clone());
        let rows = self
            .store
            .read(move |tx| objects::of_profile_after(tx, &domain, &id, object_type, "", 2000))
            .await
            .unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.object).unwrap())
            .collect()
    }

    async fn found(&self, key: &str, value: &str) -> Vec<ProfileId> {
        let domain = self.domain.clone();
        let criteria = [Criterion {
            name: key.to_owned(),
            values: vec![value.to_owned()],
        }];
        let (found, _) = self
            .store
            .read(move |tx| search(tx, &domain, &criteria, true, "", 100, LOOKED_AT_MAX))
            .await
            .unwrap();
        found.into_iter().map(|found| found.profile.id).collect()
    }

    /// How many profiles there are, and how many locks were left behind.
    async fn profiles(&self) -> i64 {
        let domain = self.domain.clone();
        self.store
            .transact(move |tx| {
                let locks = tx.list::<String>("SELECT domain FROM profile_locks", &[])?;
                assert!(locks.is_empty(), "a lock was left behind");
                Ok::<_, Refusal>(rows::stats(tx, &domain)?.profiles)
            })
            .await
            .unwrap()
    }
}

fn open(database: &Database, time: &Arc<HeldTime>, seed: u64) -> Store {
    let env = Env {
        clock: Clock::new(Arc::clone(time) as _),
        random: Arc::new(SeededRandom::new(seed)),
        settings: Arc::default(),
    };
    Store::open(
        &Options::new(database.url()),
        env,
        Keyring::new(&[7; 32], &[]),
    )
    .unwrap()
}

fn scope() -> Scope {
    Scope {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
    }
}

/// A sign-in to be imported.
#[derive(Clone)]
pub(super) struct SignIn {
    provider: IdentityProvider,
    object_type: &'static str,
    claims: Map<String, Value>,
    client_writable_keys: bool,
    contact: &'static str,
}

impl SignIn {
    fn of(subject: &str) -> Self {
        let claims = json!({"iss": "https://pool.example/us-east-1_a", "sub": subject});
        Self {
            provider: IdentityProvider::Pool("us-east-1_a".to_owned()),
            object_type: "Cognito-attributes",
            claims: claims.as_object().unwrap().clone(),
            client_writable_keys: false,
            contact: "a-contact",
        }
    }

    fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(claim.to_owned(), value.into());
        self
    }

    fn email(self, address: &str, verified: bool) -> Self {
        self.with("email", address).with("email_verified", verified)
    }

    fn phone(self, number: &str, verified: bool) -> Self {
        self.with("phone_number", number)
            .with("phone_number_verified", verified)
    }

    fn from(mut self, provider: IdentityProvider) -> Self {
        self.provider = provider;
        self
    }

    fn typed(mut self, object_type: &'static str) -> Self {
        self.object_type = object_type;
        self
    }

    fn in_contact(mut self, contact: &'static str) -> Self {
        self.contact = contact;
        self
    }

    fn import(&self, matching: Matching) -> Import {
        Import {
            object_type: self.object_type.to_owned(),
            provider: self.provider.clone(),
            claims: self.claims.clone(),
            matching,
            client_writable_keys: self.client_writable_keys,
            contact: ContactId::new(self.contact),
        }
    }
}
