//! The hand-written files of this repository's spec folder can be read, whichever docs are beside
//! them.

use spec::yaml;

fn read(name: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn client_yaml_can_be_read() {
    let client = yaml::parse_client(&read("client.yaml")).expect("client.yaml");
    assert!(!client.regions.is_empty());
}

#[test]
fn models_yaml_describes_every_model_it_names() {
    let models = yaml::parse_models(&read("models.yaml"))
        .expect("models.yaml")
        .models;
    let fields = models.iter().flat_map(|model| &model.fields);
    for name in fields.filter_map(|field| field.ty.model()) {
        assert!(
            models.iter().any(|model| model.name == name),
            "{name} is not described"
        );
    }
}

#[test]
fn overlay_yaml_has_a_reason_for_every_entry() {
    let overlay = yaml::parse_overlay(&read("overlay.yaml")).expect("overlay.yaml");
    for (page, operations) in &overlay.pages {
        for (operation, patch) in operations {
            assert!(!patch.because.trim().is_empty(), "{page}.{operation}");
        }
    }
}

#[test]
fn an_overlay_with_an_unknown_key_is_refused() {
    let text = "pages:\n  XApi:\n    getX:\n      because: y\n      parameter: {}\n";
    let error = yaml::parse_overlay(text).expect_err("`parameter` is not a key");
    assert!(
        error
            .message
            .contains("unknown key `parameter`; did you mean `parameters`?"),
        "{error}"
    );
}
