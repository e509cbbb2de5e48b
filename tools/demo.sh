#!/bin/sh
# Shows the main job on a fresh clone, without a mail system: two invitations to a room, the answers, the room's schedule.
# All in a temporary folder that is gone afterwards. Needs Node 20 or newer, and npm the first time.
set -eu
cd "$(dirname "$0")/.."
[ -d node_modules ] || { echo 'Installing the packages (npm ci) …' && npm ci --no-audit --no-fund --loglevel=error; }
[ -r dist/agent.cjs ] || npm run --silent build

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
places="-S $folder/store -p $folder/preferences -j $folder/journal -P $folder/published"
log="--set log=$folder/log --set tzid=Europe/Oslo"

invite() { # UID ORGANIZER SUMMARY START END
  cat <<MAIL
From: $2
To: room@example.com
Subject: $3
Message-ID: <$1.mail@example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.com//demo//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:$1@example.com
DTSTAMP:20260302T085900Z
DTSTART;TZID=Europe/Oslo:$4
DTEND;TZID=Europe/Oslo:$5
SUMMARY:$3
ORGANIZER:mailto:$2
ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:room@example.com
END:VEVENT
END:VCALENDAR
MAIL
}

answer() { # what the room answers to the invitation on standard input, the calendar part decoded
  bin/imip-resource $places $log --now 2026-03-02T09:00:00Z -o room@example.com -s "$1" -d >"$folder/answer"
  bin/imip-admin $places $log show-mail "$folder/answer"
}

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

bin/imip-admin $places $log init >/dev/null
say '1. pat@example.com invites the room for Tuesday at ten. The time is free:'
invite planning pat@example.com Planning 20260310T100000 20260310T110000 | answer pat@example.com
say '2. kim@example.com wants half past ten. The room declines and says why:'
invite interview kim@example.com Interview 20260310T103000 20260310T113000 | answer kim@example.com
say "3. The room's schedule:"
bin/imip-admin $places $log bookings room@example.com --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z
say '4. What was done with which mail, and why:'
bin/imip-admin $places $log --now 2026-03-02T10:00:00Z verdicts --user room@example.com
