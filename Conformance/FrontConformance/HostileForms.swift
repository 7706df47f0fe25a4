// SPDX-License-Identifier: Apache-2.0

/// Requests whose portal can be read in two ways, or not at all: refused to everybody, whatever they may see.
package enum HostileForms {
    /// All of them.
    package static func all(naming names: PortalNames) -> [PortalForm] {
        paths(names) + queries(names) + models(names) + requests(names)
    }

    /// Spellings that Java reads as the number, or that look like it.
    private static func spellings(_ number: Int) -> [String] {
        [
            "0\(number)", "+\(number)", "-\(number)", "\(number).0", "\(number)e0", "0x\(number)", "\(number)abc",
            "\(number),", "00000000000000000000\(number)", "1000000000000000000\(number)",
        ]
    }

    private static let arabic = "%D9%A7"

    private static func paths(_ names: PortalNames) -> [PortalForm] {
        (spellings(names.portal) + [arabic, "\(names.portal)%20"]).flatMap { number in
            [
                "/servicedesk/customer/portal/\(number)", "/servicedesk/customer/portal/\(number)/create/25",
                "/plugins/servlet/desk/portal/\(number)", "/rest/servicedeskapi/servicedesk/\(number)",
                "/rest/servicedeskapi/portals/\(number)", "/servicedesk/customer/portal/\(number)/group/1",
            ].flatMap { path in
                ["GET", "POST"].map { PortalForm(name: "\($0) \(path)", method: $0, target: names.contextPath + path) }
            }
        } + keys(names)
    }

    private static func keys(_ names: PortalNames) -> [PortalForm] {
        ["\(names.project)-", "\(names.project)-0", "\(names.project)-01", "-1", "\(names.project)-1-", "10007"].flatMap
        {
            [
                "/servicedesk/customer/portal/\(names.portal)/\($0)", "/rest/servicedeskapi/request/\($0)",
                "/rest/servicedesk/1/customer/participants/\($0)/share",
            ]
        }
        .map { PortalForm(name: "GET \($0)", method: "GET", target: names.contextPath + $0) }
    }

    private static func queries(_ names: PortalNames) -> [PortalForm] {
        (spellings(names.portal) + [arabic, "+\(names.portal)", "\(names.portal)%00"]).flatMap { number in
            ["/servicedesk/customer/user/requests?portalId=", "/rest/servicedeskapi/request?serviceDeskId="].map {
                PortalForm(name: "GET \($0)\(number)", method: "GET", target: names.contextPath + $0 + number)
            }
        }
            + ["pid=10300", "projectId=10300"].map {
                PortalForm(
                    name: "GET \($0)", method: "GET", target: names.contextPath + "/servicedesk/customer/portals?" + $0)
            }
    }

    private static func models(_ names: PortalNames) -> [PortalForm] {
        let number = names.portal
        let values = [
            "\(number).0", "\(number)e0", "0.\(number)", "-\(number)", "true", "null", "[\(number)]",
            "{\"a\":\(number)}",
            "\"0\(number)\"", "\" \(number)\"", "\"٧\"", "\"\(number)\\u0000\"", "0\(number)", "+\(number)",
            "'\(number)'",
        ]
        let bodies =
            values.map { "{\"models\":[],\"options\":{\"portalId\":\($0)}}" } + [
                "{\"options\":{\"portalId\":\(number),\"portalId\":\(number)}}",
                "{\"options\":{\"portalId\":\(number),\"port\\u0061lId\":\(number)}}",
                "{\"options\":{\"portalId\":\(number)},\"options\":{}}", "{\"options\":{}} {\"options\":{}}",
                "{\"options\":{},}", "{\"options\":{}", "{options:{}}", "{\"options\":{}}//", "/**/{\"options\":{}}",
                "\u{FEFF}{\"options\":{}}", "", "[]", "null", "\"\\ud800\"", "{\"a\":\"\\ud800\"}",
                String(repeating: "[", count: 5000),
                "{\"a\":" + String(repeating: "[", count: 200)
                    + String(repeating: "]", count: 200) + "}",
            ]
        return bodies.map {
            PortalForm(
                name: "models \($0.prefix(80))", method: "POST",
                target: names.contextPath + "/rest/servicedesk/1/customer/models", headers: PortalForms.json, body: $0,
                isBodyNeeded: true)
        }
    }

    private static func requests(_ names: PortalNames) -> [PortalForm] {
        let desk = names.serviceDesk
        let type: Int = names.requestTypes.first ?? 1
        let bodies: [String] = [
            "{}", "{\"serviceDeskId\":\(desk)}", "{\"requestTypeId\":\(type)}",
            "{\"serviceDeskId\":\"\",\"requestTypeId\":\(type)}",
            "{\"serviceDeskId\":\(desk),\"serviceDeskId\":\(desk),\"requestTypeId\":\(type)}",
            "{\"serviceDeskId\":\(desk),\"requestTypeId\":\(type),\"serviceDesk\\u0049d\":\(desk)}",
            "{\"serviceDeskId\":[\(desk)],\"requestTypeId\":\(type)}",
            "{\"serviceDeskId\":\"projectKey:\(names.project)\",\"requestTypeId\":\(type)}",
            "serviceDeskId=\(desk)&requestTypeId=\(type)",
        ]
        return bodies.map {
            PortalForm(
                name: "request \($0)", method: "POST", target: names.contextPath + "/rest/servicedeskapi/request",
                headers: PortalForms.json, body: $0, isBodyNeeded: true)
        }
    }
}
