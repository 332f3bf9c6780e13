//! Which operation a call is for.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{Request, header};
use signback_wire::{Auth, Operation, Protocol, Router, Service};

use crate::access;

/// The services that are served, by their names in the interface models.
const SERVICES: &[&str] = &[
    "connect",
    "connectparticipant",
    "customer-profiles",
    "cognito-idp",
    "sts",
];

struct Served {
    service: &'static Service,
    router: Router<'static>,
}

/// Every served service with its routes.
fn served() -> &'static [Served] {
    static SERVED: OnceLock<Vec<Served>> = OnceLock::new();
    SERVED.get_or_init(|| {
        let services = SERVICES.iter().map(|name| {
            let service = Service::builtin(name).expect("the model is part of the program");
            Served {
                service,
                router: Router::new(service),
            }
        });
        services.collect()
    })
}

/// A call whose operation is known.
pub(super) struct Routed {
    pub(super) service: &'static Service,
    pub(super) operation: &'static Operation,
    pub(super) parameters: Vec<(String, String)>,
}

impl Routed {
    /// Whether a call is made by a signature, and not by what it carries.
    pub(super) fn needs_signature(&self) -> bool {
        // A bearer token, not the signature, makes a call of the participant service.
        matches!(self.operation.auth, Auth::Signed | Auth::SignedWithoutBody)
            && self.service.name() != "connectparticipant"
    }
}

/// Finds the operation: `X-Amz-Target`, then the signing name, then method and path.
pub(super) fn route(request: &Request<Bytes>) -> Option<Routed> {
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(target) = text("x-amz-target") {
        return served().iter().find_map(|served| {
            let operation = signback_wire::target_operation(served.service, target)?;
            Some(Routed {
                service: served.service,
                operation,
                parameters: Vec::new(),
            })
        });
    }
    let path = request.uri().path();
    let signing_name = text(header::AUTHORIZATION.as_str()).and_then(access::signing_name);
    let signed_for = |served: &&Served| {
        let participant = path.starts_with("/participant/");
        let name = served.service.name();
        // A bearer token, not the signature, makes a call of the participant service.
        (participant && name == "connectparticipant")
            || (!participant
                && signing_name
                    .is_none_or(|signed| served.service.metadata().signing_name == signed))
    };
    served()
        .iter()
        .filter(signed_for)
        .find_map(|served| match served.service.metadata().protocol {
            Protocol::RestJson => {
                let route = served.router.route(request.method().as_str(), path)?;
                Some(Routed {
                    service: served.service,
                    operation: route.operation,
                    parameters: route.parameters,
                })
            }
            Protocol::Query => {
                let body = form_urlencoded::parse(request.body());
                let query =
                    form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
                let (_, action) = body.chain(query).find(|(name, _)| name == "Action")?;
                let operation = served.service.operation(&action)?;
                Some(Routed {
                    service: served.service,
                    operation,
                    parameters: Vec::new(),
                })
            }
            Protocol::Json => None,
        })
}
