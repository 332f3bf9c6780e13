//! Customer Profiles through the front door.

#![expect(
    clippy::unwrap_used,
    reason = "a helper panics when something is not as it needs it"
)]

mod catalog;
mod records;
mod search;

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use signback_server::config::Bootstrap;

use crate::support::{Answer, Server, database};

const DOMAIN: &str = "customers";

/// A service with an access key and a domain.
struct Profiles(Server);

impl Profiles {
    async fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("signback-profiles-{}-{number}.toml", std::process::id());
        let file = std::env::temp_dir().join(name);
        let plan = "[[access_key]]\nid = \"AKIAPROFILES00000000\"\nsecret = \"a test's secret\"\n";
        std::fs::write(&file, plan).unwrap();
        let bootstrap = Bootstrap::File(file.clone());
        let profiles = Self(Server::open(&[], Some(bootstrap), database().await).await);
        std::fs::remove_file(file).unwrap();
        profiles
            .call("CreateDomain", json!({"DefaultExpirationDays": 366}))
            .await
            .done();
        profiles
    }

    /// Calls an operation on the domain, unless the input names another.
    async fn call(&self, operation: &str, mut input: Value) -> Answer {
        let without = [
            "ListDomains",
            "GetProfileObjectTypeTemplate",
            "ListProfileObjectTypeTemplates",
        ];
        if input.get("DomainName").is_none() && !without.contains(&operation) {
            input["DomainName"] = json!(DOMAIN);
        }
        self.0.call("customer-profiles", operation, input).await
    }

    async fn create(&self, fields: Value) -> String {
        let done = self.call("CreateProfile", fields).await.done();
        done["ProfileId"].as_str().unwrap().to_owned()
    }

    async fn found(&self, key: &str, value: &str) -> Vec<Value> {
        let done = self
            .call("SearchProfiles", json!({"KeyName": key, "Values": [value]}))
            .await
            .done();
        done["Items"].as_array().unwrap().clone()
    }

    async fn put_type(&self, name: &str, definition: Value) -> Answer {
        let mut input = definition;
        input["ObjectTypeName"] = json!(name);
        self.call("PutProfileObjectType", input).await
    }

    async fn put(&self, object_type: &str, object: Value) -> Answer {
        let input = json!({"ObjectTypeName": object_type, "Object": object.to_string()});
        self.call("PutProfileObject", input).await
    }
}

fn crm() -> Value {
    json!({
        "Description": "Customers of the shop",
        "AllowProfileCreation": true,
        "Fields": {
            "number": {"Source": "_source.number", "Target": "_profile.AccountNumber", "ContentType": "NUMBER"},
            "email": {"Source": "_source.email", "ContentType": "EMAIL_ADDRESS"},
            "name": {"Source": "{{_source.first}} {{_source.last}}", "Target": "_profile.Attributes.name"},
        },
        "Keys": {
            "shopNumber": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["number"]}],
            "_email": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["email"]}],
        },
    })
}
