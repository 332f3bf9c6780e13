//! Links the program so that it starts quickly: at a fixed address, which spares every start the
//! relocation of 33,000 addresses, and with its own unwinder: docs/decisions/start-up.md.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // A static program is linked by its own rules.
    let is_static = target("FEATURE")
        .split(',')
        .any(|name| name == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
