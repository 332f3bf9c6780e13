//! The hosts of the services, by region and variant.

use signback_wire::Service;

use super::hosts;

/// Service, region, signing region, then the host: plain, FIPS, both stacks, FIPS with both stacks.
/// A dash stands where no such endpoint can be made.
const HOSTS: &str = include_str!("hosts.txt");

#[test]
fn hosts_follow_service_partition_and_variant() {
    for line in HOSTS.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [service, region, signing_region, variants @ ..] = &fields[..] else {
            panic!("{line}")
        };
        let prefix = &Service::builtin(service)
            .unwrap()
            .metadata()
            .endpoint_prefix;
        let settings = [(false, false), (true, false), (false, true), (true, true)];
        for ((fips, dual_stack), host) in settings.into_iter().zip(variants) {
            assert_eq!(
                *host == "-",
                dual_stack && !hosts::has_dual_stack(region),
                "{line}"
            );
            if *host != "-" {
                let usual = hosts::usual(service, prefix, region, fips, dual_stack);
                assert_eq!(
                    usual,
                    (format!("https://{host}"), *signing_region),
                    "{line}"
                );
            }
        }
    }
}
