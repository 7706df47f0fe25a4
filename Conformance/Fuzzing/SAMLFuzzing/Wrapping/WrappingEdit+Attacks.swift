// MARK: Known shapes of the attack, with random places

extension WrappingEdit {
    static let attacking: [WrappingEdit] = [
        // XSW 1 to 8 (Somorovsky 2012): a forged twin where readers look, the signed original where verifiers look.
        WrappingEdit("twin-beside") { draft in
            let path = draft.anySigned()
            guard let original = draft.root[path], let last = path.last else { return }
            let twin = draft.evilTwin(of: original)
            draft.root.insert(.element(twin), in: path.dropLast(), at: draft.chance(2) ? last : last + 1)
        },
        WrappingEdit("twin-around") { draft in
            let path = draft.anySigned()
            guard let original = draft.root[path] else { return }
            var twin = draft.evilTwin(of: original)
            let hidden = draft.chance(2) ? draft.container(original) : original
            let places = twin.paths
            let place = draft.random.pick(places) ?? []
            let at = Int.random(in: 0...(twin[place]?.children.count ?? 0), using: &draft.random)
            twin.insert(.element(hidden), in: place, at: at)
            draft.root[path] = twin
        },
        WrappingEdit("twin-inside") { draft in
            let path = draft.anySigned()
            guard let original = draft.root[path] else { return }
            let twin = draft.evilTwin(of: original)
            let place =
                draft.any("Signature", "KeyInfo", "Object", "SignedInfo", "Subject", "Extensions", "Status") ?? path
            draft.place(draft.chance(2) ? draft.container(twin) : twin, in: place)
        },
        WrappingEdit("twin-apart") { draft in
            let path = draft.anySigned()
            guard let original = draft.root[path] else { return }
            draft.root[path] = draft.evilTwin(of: original)
            draft.place(draft.container(original))
        },
        WrappingEdit("twin-in-place") { draft in
            let path = draft.anySigned()
            guard let original = draft.root[path] else { return }
            draft.root[path] = draft.evilTwin(of: original)
        },
        WrappingEdit("identity") { draft in
            let path = draft.any()
            guard let element = draft.root[path] else { return }
            draft.root[path] = element.replacing(SignedPerson.alice, with: Draft.forged)
        },
        WrappingEdit("identity-copy") { draft in
            guard let path = draft.any("NameID", "Subject", "Attribute", "AttributeStatement", "AttributeValue"),
                let element = draft.root[path], let last = path.last
            else { return }
            let twin = element.replacing(SignedPerson.alice, with: Draft.forged)
            draft.root.insert(.element(twin), in: path.dropLast(), at: draft.chance(2) ? last : last + 1)
        },
        WrappingEdit("subject-out") { draft in
            guard let path = draft.any("Subject", "AttributeStatement", "Conditions", "Issuer"),
                let element = draft.root[path]
            else { return }
            draft.root[path] = element.replacing(SignedPerson.alice, with: Draft.forged)
            let place = draft.any("Signature", "Extensions", "Response", "KeyInfo") ?? []
            draft.place(draft.chance(2) ? draft.container(element) : element, in: place)
        },
    ]
}
