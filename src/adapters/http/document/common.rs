//! What holds for every operation and no operation says by itself: answers that come from in front of the routes, a
//! header that Talk sends and nobody reads, and that most of it is open to whoever reaches the listener.

use serde_json::{Value, json};

use super::super::problem::MEDIA_TYPE;

/// Adds it.
pub(super) fn add_to(document: &mut Value) {
    // It is kept and served as a text.
    let itself = "/paths/~1openapi.json/get/responses/200/content/application~1json/schema";
    *document.pointer_mut(itself).expect("the document is an operation") = json!({"type": "object"});
    let paths = document["paths"].as_object_mut().expect("paths");
    for (path, operations) in paths {
        for operation in operations.as_object_mut().expect("operations").values_mut() {
            add_answers(path, operation);
            if path == "/webhook" {
                let parameters = operation["parameters"].as_array_mut().expect("the webhook has one");
                parameters.push(backend());
            } else {
                operation["security"] = json!([]);
            }
        }
    }
}

fn add_answers(path: &str, operation: &mut Value) {
    let allow =
        json!({"description": "What the path takes.", "required": true, "schema": {"type": "string"}});
    let taken =
        if path == "/webhook" { "`POST`" } else { "`GET` and `HEAD`; `POST` is the webhook there too" };
    let mut other_method = problem(&format!("Another method: this path takes {taken}."));
    other_method["headers"] = json!({ "Allow": allow });
    operation["responses"]["405"] = other_method;
    operation["responses"]["500"] = problem("A defect of this service.");
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn backend() -> Value {
    json!({
        "name": "X-Nextcloud-Talk-Backend",
        "in": "header",
        "required": false,
        "description": "Address of the Nextcloud. Not signed, so it is not read.",
        "schema": {"type": "string"},
    })
}
