//! Links the program so that it starts quickly: the functions of a call side by side, at a fixed
//! address, which spares every start the relocation of 33,000 addresses, and with its own unwinder:
//! docs/decisions/start-up.md.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=link/start.ld");
    let target = |what| var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    // Rust links with LLD on this architecture; other linkers take a minute to sort by patterns.
    if target("ARCH") == "x86_64" && var("PROFILE").is_ok_and(|profile| profile == "release") {
        let here = var("CARGO_MANIFEST_DIR").expect("Cargo says where the package is");
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{here}/link/start.ld");
    }
    // A static program is linked by its own rules.
    let is_static = target("FEATURE")
        .split(',')
        .any(|name| name == "crt-static");
    if !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
