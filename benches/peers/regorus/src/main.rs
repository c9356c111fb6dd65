//! The ten checks in regorus: takes the Rego file and a folder of bundles, writes one JSON object a bundle.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use regorus::{Engine, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(policy), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: peers-regorus POLICY FOLDER".into());
    };
    let mut engine = Engine::new();
    engine.add_policy("checks.rego".to_owned(), fs::read_to_string(policy)?)?;
    let mut bundles: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    bundles.sort();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in bundles {
        engine.set_input(Value::from_yaml_str(&fs::read_to_string(&path)?)?);
        let failing = engine.eval_rule("data.peers.failing".to_owned())?;
        let failing: Vec<String> = failing
            .as_set()?
            .iter()
            .map(|id| Ok(id.as_string()?.to_string()))
            .collect::<Result<_, Box<dyn Error>>>()?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(out, "{}", serde_json::json!({ "bundle": name, "failing": failing }))?;
    }
    out.flush()?;
    Ok(())
}
