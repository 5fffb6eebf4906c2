"""`kill -9` again and again while a writer appends and the real `logrotate` rotates: is every line counted exactly once?"""
