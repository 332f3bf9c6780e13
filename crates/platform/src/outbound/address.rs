//! Which addresses a server may be made to call: the guard against requests that an
//! administrator's or a provider's URL points inwards (SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What lies behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// A host of the public network.
    Public,
    /// This machine.
    Loopback,
    /// A private, link-local or otherwise inner network.
    Inside,
    /// No single host: unspecified, broadcast, multicast, reserved.
    Nowhere,
}

/// Sorts an address; one that carries an IPv4 address inside is sorted as that.
pub(super) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => reach_v4(inner),
            None => reach_v6(address),
        },
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) => Reach::Loopback,
        // "This network" (RFC 791), multicast (RFC 5771), reserved with broadcast (RFC 1112).
        (0 | 224..=255, ..) => Reach::Nowhere,
        // RFC 1918, RFC 6598 (shared by carriers), RFC 3927 (link-local).
        (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) | (169, 254, _) => {
            Reach::Inside
        }
        // RFC 6890 protocol assignments, RFC 5737 documentation, RFC 2544 benchmarks.
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (198, 18..=19, _) => Reach::Inside,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let [first, second, ..] = address.segments();
    if address == Ipv6Addr::LOCALHOST {
        return Reach::Loopback;
    }
    if address.is_unspecified() || first >> 8 == 0xff {
        return Reach::Nowhere;
    }
    // Teredo (2001::/32) hides an IPv4 address behind an exclusive or; documentation (RFC 3849).
    let special = first == 0x2001 && matches!(second, 0 | 0x0db8);
    // All that is routed publicly lies in 2000::/3; unique local, link-local,
    // site-local and the local NAT64 prefix (RFC 8215) do not.
    if first >> 13 == 1 && !special {
        Reach::Public
    } else {
        Reach::Inside
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped (RFC 4291 §2.5.5), NAT64 (RFC 6052 §2.1),
/// or 6to4 (RFC 3056).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let last = join(parts[6], parts[7]);
    match parts {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(last),
        // The deprecated compatible form, but not `::` and `::1`.
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => Some(last),
        [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_hosts_are_told_from_inner_ones_in_every_notation() {
        for (text, expected) in [
            ("1.1.1.1", Reach::Public),
            ("172.15.0.1", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("100.128.0.1", Reach::Public),
            ("2606:4700::1111", Reach::Public),
            ("::ffff:1.1.1.1", Reach::Public),
            ("64:ff9b::1.1.1.1", Reach::Public),
            ("127.0.0.1", Reach::Loopback),
            ("127.255.0.1", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("::ffff:127.0.0.1", Reach::Loopback),
            ("64:ff9b::127.0.0.1", Reach::Loopback),
            ("2002:7f00:1::", Reach::Loopback),
            ("10.0.0.1", Reach::Inside),
            ("172.16.0.1", Reach::Inside),
            ("172.31.255.255", Reach::Inside),
            ("192.168.1.1", Reach::Inside),
            ("169.254.169.254", Reach::Inside),
            ("100.64.0.1", Reach::Inside),
            ("192.0.0.170", Reach::Inside),
            ("192.0.2.1", Reach::Inside),
            ("198.18.0.1", Reach::Inside),
            ("::ffff:169.254.169.254", Reach::Inside),
            ("64:ff9b::a9fe:a9fe", Reach::Inside),
            ("64:ff9b:1::10.0.0.1", Reach::Inside),
            ("2002:c0a8:0101::", Reach::Inside),
            ("::10.0.0.1", Reach::Inside),
            ("fe80::1", Reach::Inside),
            ("fec0::1", Reach::Inside),
            ("fd00:ec2::254", Reach::Inside),
            ("2001::1", Reach::Inside),
            ("2001:db8::1", Reach::Inside),
            ("0.0.0.0", Reach::Nowhere),
            ("0.1.2.3", Reach::Nowhere),
            ("224.0.0.1", Reach::Nowhere),
            ("240.0.0.1", Reach::Nowhere),
            ("255.255.255.255", Reach::Nowhere),
            ("::", Reach::Nowhere),
            ("::ffff:0.0.0.0", Reach::Nowhere),
            ("ff02::1", Reach::Nowhere),
        ] {
            assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
        }
    }
}
