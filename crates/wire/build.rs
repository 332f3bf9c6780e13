//! Packs the interface models of `models/` into the files that `src/model/builtin.rs` embeds.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/model/notation.rs"]
mod notation;
#[path = "src/model/pack.rs"]
mod pack;
#[expect(unreachable_pub, reason = "public in the crate, private here")]
#[path = "src/model/record.rs"]
mod record;

const SERVICES: [&str; 5] = [
    "cognito-idp",
    "connect",
    "connectparticipant",
    "customer-profiles",
    "sts",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=models");
    println!("cargo::rerun-if-changed=src/model/notation.rs");
    println!("cargo::rerun-if-changed=src/model/pack.rs");
    println!("cargo::rerun-if-changed=src/model/record.rs");
    let target = PathBuf::from(env::var("OUT_DIR")?);
    for service in SERVICES {
        let model = document(service, "json")?;
        let paginators = document(service, "paginators.json")?;
        let packed = pack::pack(&model, Some(&paginators))
            .map_err(|problem| format!("{service}: {problem}"))?;
        fs::write(target.join(service).with_extension("packed"), packed)?;
    }
    Ok(())
}

fn document(service: &str, extension: &str) -> Result<serde_json::Value, Box<dyn Error>> {
    let path = Path::new("models").join(format!("{service}.{extension}"));
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}
