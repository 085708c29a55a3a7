//! An OpenAPI 3.1 document whose schemas are JSON Schema 2020-12, and whether a JSON value fits one of them.

use jsonschema::Validator;
use serde_json::{Value, json};

/// One document.
pub(crate) struct Document(Value);

impl Document {
    pub(crate) fn chat_completions() -> Self {
        Self::parse(include_str!("../../../../openapi/consumed/chat-completions.yaml"))
    }

    pub(crate) fn talk_bot() -> Self {
        Self::parse(include_str!("../../../../openapi/consumed/talk-bot.yaml"))
    }

    /// What this service itself offers.
    pub(crate) fn offered() -> Self {
        Self::parse(include_str!("../../../../openapi/openapi.json"))
    }

    /// The same, where no schema takes a field that it does not list.
    pub(crate) fn closed(mut self) -> Self {
        let schemas = self.0["components"]["schemas"].as_object_mut().expect("schemas");
        for schema in schemas.values_mut().filter(|schema| schema["type"] == "object") {
            schema["additionalProperties"] = false.into();
        }
        self
    }

    fn parse(yaml: &str) -> Self {
        Self(serde_yaml::from_str(yaml).expect("a document"))
    }

    /// The operation of a method at a path that may have something in front, and what stands for each `{name}`.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<(&Value, Vec<(String, String)>)> {
        let paths = self.0["paths"].as_object().expect("paths");
        paths.iter().find_map(|(template, operations)| {
            let values = path_values(template, path)?;
            Some((operations.get(method.to_lowercase())?, values))
        })
    }

    /// Where a `$ref` leads, or the value itself.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        self.0.pointer(reference.trim_start_matches('#')).expect("a reference that leads somewhere")
    }

    /// What is wrong with the value, by that schema of this document.
    pub(crate) fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut whole = json!({"allOf": [schema]});
        whole["components"] = self.0["components"].clone();
        let validator: Validator = jsonschema::draft202012::new(&whole).expect("a schema");
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// The same for a schema that has a name.
    pub(crate) fn faults_of(&self, name: &str, value: &Value) -> Vec<String> {
        self.faults(&json!({"$ref": format!("#/components/schemas/{name}")}), value)
    }

    /// Panics unless the value fits the named schema.
    pub(crate) fn assert_fits(&self, name: &str, value: &Value) {
        let faults = self.faults_of(name, value);
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }

    /// All of it.
    pub(crate) fn whole(&self) -> &Value {
        &self.0
    }
}

/// What stands in the place of each `{name}`, where the path ends like that template.
fn path_values(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (parts, values): (Vec<_>, Vec<_>) =
        (template.split('/').skip(1).collect(), path.split('/').collect());
    let values = &values[values.len().checked_sub(parts.len()).filter(|before| *before > 0)?..];
    let mut named = Vec::new();
    for (part, value) in parts.into_iter().zip(values) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => named.push((name.to_owned(), (*value).to_owned())),
            None if part == *value => {}
            None => return None,
        }
    }
    Some(named)
}
