// SPDX-License-Identifier: Apache-2.0

extension PortalForms {
    /// Where the options of a models call name something; `#` stands for the value.
    private static let portalPlaces = [
        #""portalId":#"#, #""portal":{"id":#}"#, #""portal":#"#, #""portal":{"id":#,"key":""}"#,
        #""reqDetails":{"portalId":#}"#, #""reqDetails":{"key":"","portalId":#}"#, #""reqCreate":{"portalId":#}"#,
        #""allReqFilter":{"portalId":#}"#, #""allReqFilter":{"statusPortalId":#}"#,
        #""allReqFilter":{"selectedPage":1,"statusFilter":{"statusPortalId":#,"statusInfo":[{"statusId":"10404"}]}}"#,
        #""allReqFilter":{"reporter":"","status":"open","portalId":#,"requestTypeId":"","filter":"","selectedPage":1}"#,
        #""sharedPortal":{"portalId":#}"#, #""portalWebFragments":{"portalPage":"MY_REQUESTS","portalId":#}"#,
        #""unheardOf":{"deep":{"deeper":[{"portalId":#}]}}"#, #""unheardOf":[[{"portal":{"id":#}}]]"#,
    ]
    private static let typePlaces = [
        #""reqCreate":{"id":#}"#, #""reqCreate":{"id":#,"portalId":""}"#, #""reqCreate":{"requestTypeId":#}"#,
        #""allReqFilter":{"requestTypeId":#}"#, #""allReqFilter":{"portalId":"","requestTypeId":#}"#,
    ]
    private static let keyPlaces = [
        #""reqDetails":{"key":#}"#, #""reqDetails":{"portalId":"","key":#}"#, #""issueKey":#"#,
        #""reqDetails":{"issueKey":#}"#,
    ]
    private static let modelLists = [
        #"["portal"]"#, #"["user","organisations","sharedPortal","helpCenterBranding","portal","reqCreate"]"#,
        #"["user","reqDetails"]"#, #"["sharedPortal","allReqFilter"]"#, #"["popularPortals","recentRequestTypes"]"#,
        "[]",
    ]

    /// A number as JSON may have it.
    private static func numbers(_ number: Int) -> [String] {
        ["\(number)", "\"\(number)\"", "\"" + unicode(String(number)) + "\""]
    }

    private static func unicode(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    /// A place with its value, in every spelling of the members' names.
    private static func spelled(_ place: String, _ value: String) -> [String] {
        let plain = place.replacing("#", with: value)
        return [
            plain, plain.replacing("portalId", with: "port\\u0061lId").replacing("\"id\"", with: "\"\\u0069d\""),
            plain.replacing("portalId", with: "PortalID").replacing("\"key\"", with: "\"\\u006Bey\""),
        ].reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var models: [PortalForm] {
        optionSets.flatMap { options in
            Self.modelLists.flatMap { list in
                let bodies: [String] = [
                    "{\"models\":\(list),\"options\":{\(options)}}",
                    "{ \"options\" : {\n\t\(options) } ,\r\n \"models\" : \(list) }\n",
                ]
                return bodies.map { body in
                    request(
                        "POST", "/rest/servicedesk/1/customer/models", "models \(body)", Self.json, body,
                        isBodyNeeded: true)
                }
            }
        }
    }

    /// Options that name the portal, alone and beside one that may be seen.
    private var optionSets: [String] {
        let portals = Self.portalPlaces.flatMap { place in
            Self.numbers(named.portal).flatMap { Self.spelled(place, $0) }
        }
        let types = Self.typePlaces.flatMap { place in
            named.requestTypes.flatMap(Self.numbers).flatMap { Self.spelled(place, $0) }
        }
        let keys = Self.keyPlaces.flatMap { place in
            [
                "\"\(named.project)-5\"", "\"\(named.project.lowercased())-6\"",
                "\"" + Self.unicode(named.project) + "-7\"",
            ]
            .flatMap { Self.spelled(place, $0) }
        }
        let beside = (Self.portalPlaces.dropFirst() + Self.typePlaces.prefix(1) + Self.keyPlaces.prefix(1)).filter {
            // The allowed one takes the member `portalId`.
            !$0.hasPrefix(#""portalId""#)
        }
        .map { place in
            let isKey = Self.keyPlaces.contains(place)
            let number = Self.typePlaces.contains(place) ? named.requestTypes.first ?? 1 : named.portal
            return "\"portalId\":\"\(allowed.portal)\","
                + place.replacing("#", with: isKey ? "\"\(named.project)-8\"" : "\(number)")
        }
        return portals + types + keys + beside + [
            "\"serviceDeskId\":\"\(named.serviceDesk)\"", "\"projectKey\":\"\(named.project)\"",
        ]
    }

    var requests: [PortalForm] {
        requestBodies.flatMap { body in
            ["/rest/servicedeskapi/request", "/rest/servicedeskapi/request/validate"].map { path in
                request("POST", path, "request \(path) \(body)", Self.json, body, isBodyNeeded: true)
            }
        }
    }

    private var requestBodies: [String] {
        let pairs =
            named.requestTypes.map { (named.serviceDesk, $0) }
            + allowed.requestTypes.prefix(1).map { (named.serviceDesk, $0) }
            + named.requestTypes.map { (allowed.serviceDesk, $0) }
        let fields = [
            #"{"summary":"x"}"#, #"{"summary":"x","issueKey":"NONE-1","serviceDeskId":"999","portalId":{"deep":[]}}"#,
        ]
        return pairs.flatMap { desk, type in
            Self.numbers(desk).flatMap { desk in
                Self.numbers(type).flatMap { type in
                    fields.flatMap { fields in
                        [
                            "{\"serviceDeskId\":\(desk),\"requestTypeId\":\(type),\"requestFieldValues\":\(fields)}",
                            "{\"requestFieldValues\":\(fields),\"requestTypeId\":\(type),\"serviceDeskI\\u0064\":\(desk)}",
                        ]
                    }
                }
            }
        }
    }
}
