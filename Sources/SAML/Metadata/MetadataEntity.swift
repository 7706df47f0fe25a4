import TrustDocuments
import XMLSecurity

/// The one entity that is asked for, in a document that may hold many (SAML Metadata 2.3).
enum MetadataEntity {
    /// How deep `EntitiesDescriptor` may stand in `EntitiesDescriptor`; federations use two.
    static let depth = 4

    /// The way from the root to the `EntityDescriptor` of this name, both included.
    ///
    /// Two of one name refuse: which one a reader takes must not decide whose keys count.
    static func find(_ entityID: String, in root: XMLElement) throws(SAMLError) -> [XMLElement] {
        guard root.isNamed(.entityDescriptor) || root.isNamed(.entitiesDescriptor) else {
            throw SAMLError("metadata_root", "the root is neither EntityDescriptor nor EntitiesDescriptor")
        }
        let found = try ways(to: entityID, from: [root])
        guard let way = found.first else {
            throw SAMLError("metadata_entity_id", absence(of: entityID, in: root))
        }
        guard found.count == 1 else {
            throw SAMLError("metadata_entity_id", "more than one EntityDescriptor has the configured entityID")
        }
        return way
    }

    private static func ways(to entityID: String, from way: [XMLElement]) throws(SAMLError) -> [[XMLElement]] {
        guard let last = way.last else { return [] }
        if last.isNamed(.entityDescriptor) { return last.attribute("entityID", is: entityID) ? [way] : [] }
        guard way.count <= depth else {
            throw SAMLError("metadata_nesting", "EntitiesDescriptor stands more than \(depth) deep")
        }
        var found: [[XMLElement]] = []
        for child in last.children where child.isNamed(.entityDescriptor) || child.isNamed(.entitiesDescriptor) {
            found += try ways(to: entityID, from: way + [child])
        }
        return found
    }

    private static func absence(of entityID: String, in root: XMLElement) -> String {
        let configured = "configured is \(OperatorText.quoted(entityID))"
        guard root.isNamed(.entityDescriptor) else { return "no EntityDescriptor has the entityID; \(configured)" }
        let said = root.attribute("entityID").map(OperatorText.quoted) ?? "absent"
        return "the EntityDescriptor's entityID is \(said), \(configured)"
    }
}
