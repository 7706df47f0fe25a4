<?php

// What `start` and the tests turn, without a restart: DIR/knobs/NAME.
if (!function_exists('peer_knob')) {
    function peer_knob(string $name): string
    {
        $value = @file_get_contents(getenv('PEER_FOLDER') . '/knobs/' . $name);
        return $value === false ? '' : trim($value);
    }
}
