//! The resource that a call acts on, as the ARN that policies name.

use serde_json::Value;

use signback_platform::arn;
use signback_platform::ids::{InstanceId, Scope};

/// The ARN that a policy's `Resource` is matched against: the instance, domain or user pool that
/// the input names, or `*` for calls that name none.
pub(super) fn of(service: &str, scope: &Scope, input: &Value) -> String {
    let member = |name: &str| input[name].as_str().filter(|text| !text.is_empty());
    match service {
        "connect" => member("InstanceId").map(|instance| {
            // Some members take the instance's ARN as well as its id.
            let id = instance.rsplit('/').next().unwrap_or(instance);
            arn::instance(scope, &InstanceId::new(id))
        }),
        "customer-profiles" => {
            member("DomainName").map(|domain| arn::profiles_domain(scope, domain))
        }
        "cognito-idp" => member("UserPoolId").map(|pool| arn::user_pool(scope, pool)),
        _ => None,
    }
    .unwrap_or_else(|| "*".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_input_names_the_resource() {
        let scope = Scope {
            account: "1".to_owned(),
            region: "r".to_owned(),
        };
        let named = |service, input| super::of(service, &scope, &input);
        assert_eq!(
            named("connect", json!({"InstanceId": "i"})),
            "arn:aws:connect:r:1:instance/i"
        );
        assert_eq!(
            named("customer-profiles", json!({"DomainName": "d"})),
            "arn:aws:profile:r:1:domains/d"
        );
        assert_eq!(
            named("cognito-idp", json!({"UserPoolId": "r_p"})),
            "arn:aws:cognito-idp:r:1:userpool/r_p"
        );
        assert_eq!(named("connect", json!({})), "*");
    }
}
