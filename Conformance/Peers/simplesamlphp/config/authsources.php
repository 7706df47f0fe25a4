<?php

// Name and password are what people type; a password is the name with "-pass".
$config = [
    'admin' => ['core:AdminPassword'],
    'people' => [
        'exampleauth:UserPass',
        'gina:gina-pass' => [
            'uid' => ['gina'],
            'mail' => ['gina@globex.example'],
            'displayName' => ['Gina Globex'],
            'eduPersonAffiliation' => ['customers', 'vip'],
            'department' => ['Research & <Development>'],
        ],
        'greg:greg-pass' => [
            'uid' => ['greg'],
            'mail' => ['greg@globex.example'],
            'displayName' => ["Grégoire O'Globex"],
            'eduPersonAffiliation' => ['customers'],
            'department' => ['Sales'],
        ],
        // Somebody whose address belongs to another organization.
        'eve:eve-pass' => [
            'uid' => ['eve'],
            'mail' => ['eve@acme.example'],
            'displayName' => ['Eve'],
            'eduPersonAffiliation' => ['customers'],
        ],
    ],
];
