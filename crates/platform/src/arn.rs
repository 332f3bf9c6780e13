//! ARNs: the names of resources across accounts and regions, each written and read in one place.

use crate::ids::{ContactId, FlowId, InstanceId, Scope};

/// An instance's ARN.
#[must_use]
pub fn instance(scope: &Scope, id: &InstanceId) -> String {
    let Scope { account, region } = scope;
    format!("arn:aws:connect:{region}:{account}:instance/{id}")
}

/// Reads an instance's id, or its ARN if that is of the same account and region.
#[must_use]
pub fn instance_id(scope: &Scope, text: &str) -> Option<InstanceId> {
    if !text.starts_with("arn:") {
        return Some(InstanceId::new(text));
    }
    let id = text.strip_prefix(&instance(scope, &InstanceId::new("")))?;
    (!id.is_empty() && !id.contains('/')).then(|| InstanceId::new(id))
}

/// A contact's ARN.
#[must_use]
pub fn contact(scope: &Scope, instance: &InstanceId, id: &ContactId) -> String {
    format!("{}/contact/{id}", self::instance(scope, instance))
}

/// A flow's ARN.
#[must_use]
pub fn flow(scope: &Scope, instance: &InstanceId, id: &FlowId) -> String {
    format!("{}/contact-flow/{id}", self::instance(scope, instance))
}

/// A Customer Profiles domain's ARN.
#[must_use]
pub fn profiles_domain(scope: &Scope, name: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:aws:profile:{region}:{account}:domains/{name}")
}

/// A user pool's ARN.
#[must_use]
pub fn user_pool(scope: &Scope, id: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:aws:cognito-idp:{region}:{account}:userpool/{id}")
}

/// `arn:<partition>:cognito-idp:<region>:<account>:userpool/<id>`
#[must_use]
pub fn is_user_pool(arn: &str) -> bool {
    user_pool_scope(arn).is_some()
}

/// Whether it is the ARN of a user pool of that account and region.
#[must_use]
pub fn is_user_pool_of(scope: &Scope, arn: &str) -> bool {
    user_pool_scope(arn) == Some((scope.region.as_str(), scope.account.as_str()))
}

/// The region and account in a user pool's ARN.
fn user_pool_scope(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "cognito-idp", region, account, pool] = parts[..] else {
        return None;
    };
    let is_well_formed = !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && pool
            .strip_prefix("userpool/")
            .is_some_and(|id| !id.is_empty() && id.len() <= 55);
    is_well_formed.then_some((region, account))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope {
            account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
        }
    }

    #[test]
    fn an_arn_names_an_instance_of_its_own_account_and_region() {
        let id = InstanceId::new("i-1");
        let arn = instance(&scope(), &id);
        assert_eq!(arn, "arn:aws:connect:us-east-1:111122223333:instance/i-1");
        assert_eq!(instance_id(&scope(), &arn), Some(id.clone()));
        assert_eq!(instance_id(&scope(), "i-1"), Some(id));
        for foreign in [
            "arn:aws:connect:eu-west-1:111122223333:instance/i-1",
            "arn:aws:connect:us-east-1:444455556666:instance/i-1",
            "arn:aws:connect:us-east-1:111122223333:instance/",
            "arn:aws:connect:us-east-1:111122223333:instance/i-1/contact-flow/f",
        ] {
            assert_eq!(instance_id(&scope(), foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_user_pool_belongs_to_an_account_and_a_region() {
        let own = user_pool(&scope(), "us-east-1_a");
        assert!(is_user_pool(&own) && is_user_pool_of(&scope(), &own));
        for foreign in [
            "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/us-east-1_a",
            "arn:aws:cognito-idp:us-east-1:444455556666:userpool/us-east-1_a",
        ] {
            assert!(is_user_pool(foreign) && !is_user_pool_of(&scope(), foreign));
        }
        for other in ["", "arn:aws:s3:us-east-1:111122223333:userpool/a"] {
            assert!(!is_user_pool(other) && !is_user_pool_of(&scope(), other));
        }
    }
}
