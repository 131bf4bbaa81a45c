//! The hand-made files of this repository's own spec folder can be read.

use spec::{Type, yaml};

fn read(name: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn client_yaml_has_the_vendors_regions() {
    let client = yaml::parse_client(&read("client.yaml")).expect("client.yaml");
    assert_eq!(client.regions.len(), 18);
    assert_eq!(client.regions[0].domain, "mypurecloud.com");
}

#[test]
fn models_yaml_describes_every_model_it_names() {
    let models = yaml::parse_models(&read("models.yaml"))
        .expect("models.yaml")
        .models;
    assert_eq!(models.len(), 63);
    assert_eq!(
        models.iter().map(|model| model.fields.len()).sum::<usize>(),
        438
    );
    let fields = models.iter().flat_map(|model| &model.fields);
    for name in fields.filter_map(|field| field.ty.model()) {
        assert!(
            models.iter().any(|model| model.name == name),
            "{name} is not described"
        );
    }
}

#[test]
fn overlay_yaml_names_the_type_of_every_object_body_of_the_seed_page() {
    let overlay = yaml::parse_overlay(&read("overlay.yaml")).expect("overlay.yaml");
    let page = &overlay.pages["OrganizationAuthorizationApi"];
    assert!(page.values().all(|patch| !patch.because.is_empty()));
    let body = &page["postOrgauthorizationTrustees"].parameters["body"];
    assert_eq!(body.ty, Some(Type::Model("TrustCreate".to_owned())));
    assert_eq!(page.len(), 9);
}

#[test]
fn an_overlay_with_an_unknown_key_is_refused() {
    let text = "pages:\n  XApi:\n    getX:\n      because: y\n      parameter: {}\n";
    let error = yaml::parse_overlay(text).expect_err("`parameter` is not a key");
    assert!(
        error.message.contains("unknown field `parameter`"),
        "{error}"
    );
}
