//! Reports what a role must hold to make the calls that the Rust sources of a folder make, and no
//! more: the folder is the argument. Calls nothing.

use {krate}::permissions;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folder = std::env::args_os().nth(1).map_or(here, PathBuf::from);
    let mut sources = String::new();
    read(&folder, &mut sources)?;

    let called: Vec<&str> = permissions::operations()
        .map(|operation| operation.id)
        .filter(|id| calls(&sources, &method(id)))
        .collect();
    for id in &called {
        println!("calls {id}");
    }
    let needed = permissions::needed(called)?;
    print!("\nThe role must hold:\n{needed}");
    Ok(())
}

fn read(folder: &Path, sources: &mut String) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(())
}

/// The method of an operation: its id in snake case.
fn method(id: &str) -> String {
    let mut out = String::new();
    for character in id.chars() {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// Whether a method of that name is called somewhere.
fn calls(sources: &str, method: &str) -> bool {
    sources.contains(&format!(".{method}("))
}
