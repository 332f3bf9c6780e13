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

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=models");
    println!("cargo::rerun-if-changed=src/model/notation.rs");
    println!("cargo::rerun-if-changed=src/model/pack.rs");
    println!("cargo::rerun-if-changed=src/model/record.rs");
    let target = PathBuf::from(env::var("OUT_DIR")?);
    let services = services()?;
    for service in &services {
        let model = document(service, "json")?;
        let paginators = document(service, "paginators.json")?;
        let packed = pack::pack(&model, Some(&paginators))
            .map_err(|problem| format!("{service}: {problem}"))?;
        fs::write(target.join(service).with_extension("packed"), packed)?;
    }
    let packed =
        |name: &String| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.packed\"))");
    let count = services.len();
    let list = format!(
        "/// The names of the embedded services.\npub const BUILTIN: [&str; {count}] = {services:?};\n\
         /// The embedded models, in the order of [`BUILTIN`].\nconst PACKED: [&[u8]; {count}] = [{}];\n",
        services.iter().map(packed).collect::<Vec<_>>().join(", ")
    );
    fs::write(target.join("services.rs"), list)?;
    Ok(())
}

/// The services that `models/` has, sorted.
fn services() -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir("models")? {
        let file = entry?.file_name();
        let name = file
            .to_str()
            .and_then(|file| file.strip_suffix(".paginators.json"));
        names.extend(name.map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn document(service: &str, extension: &str) -> Result<serde_json::Value, Box<dyn Error>> {
    let path = Path::new("models").join(format!("{service}.{extension}"));
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}
