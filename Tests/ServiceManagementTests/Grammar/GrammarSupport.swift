import Broker
import FrontConformance
import ServiceManagement

/// What a form says to somebody who sees all of it: by its address, and where there is one by its body.
enum FormVerdict: Equatable {
    /// No canonical target, or a body that is refused.
    case refused
    case read(RequestKind, NamedPlaces)

    init(_ form: PortalForm, _ grammar: URLGrammar) {
        guard let target = try? RequestTarget(form.target) else {
            self = .refused
            return
        }
        var reading = grammar.read(target, method: form.method)
        if let bodyForm = reading.body {
            guard let names = try? grammar.read(body: Array((form.body ?? "").utf8), as: bodyForm) else {
                self = .refused
                return
            }
            reading.names.formUnion(names)
        }
        self = .read(reading.kind, reading.names)
    }
}

extension PortalNames {
    static func three(_ context: String = "") -> PortalNames {
        PortalNames(portal: 3, serviceDesk: 13, project: "SUP", requestTypes: [25, 26], contextPath: context)
    }

    static func seven(_ context: String = "") -> PortalNames {
        PortalNames(portal: 7, serviceDesk: 17, project: "SEC", requestTypes: [71, 72], contextPath: context)
    }

    /// Whether all that is named belongs to the portal.
    func holds(_ names: NamedPlaces) -> Bool {
        !names.isUnreadable && names.portals.isSubset(of: [PortalID(rawValue: Int64(portal))])
            && names.serviceDesks.isSubset(of: [ServiceDeskID(rawValue: Int64(serviceDesk))])
            && names.projects.isSubset(of: [project])
            && names.requestTypes.isSubset(of: Set(requestTypes.map { RequestTypeID(rawValue: Int64($0)) }))
    }
}

/// Reads a target at the root, for tests that are about one address.
func reading(_ target: String, _ method: String = "GET", context: String = "") throws -> RequestReading {
    try URLGrammar(contextPath: context).read(RequestTarget(target), method: method)
}
