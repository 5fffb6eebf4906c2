"""How often drift alarms are false, and how soon they come: simulated traffic through the rules that decide."""
