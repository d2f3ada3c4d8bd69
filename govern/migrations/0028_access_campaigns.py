"""Access-review campaigns and what was decided in them."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('govern', '0027_use_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessCampaign',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'verbose_name': 'access-review campaign',
                'verbose_name_plural': 'access-review campaigns',
                'ordering': ('-started_at',),
                'permissions': [('review_access', 'Can decide in access reviews who keeps a role')],
            },
        ),
        migrations.CreateModel(
            name='AccessDecision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=150, verbose_name='role')),
                ('verdict', models.CharField(blank=True, choices=[('kept', 'Kept'), ('revoked', 'Revoked'), ('gone', 'No longer held')], max_length=10, verbose_name='verdict')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='govern.accesscampaign')),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='govern.changerequest')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'decision of an access review',
                'verbose_name_plural': 'decisions of access reviews',
                'ordering': ('person__username', 'role'),
            },
        ),
        migrations.AddConstraint(
            model_name='accesscampaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='campaign_closed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.UniqueConstraint(fields=('campaign', 'person', 'role'), name='role_once_in_a_campaign'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', models.F('person')), _negated=True), name='nobody_decides_about_themselves'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('verdict__in', ['', 'gone'])), models.Q(('decided_by__isnull', False), ('verdict__in', ['kept', 'revoked']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='decision_has_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='accessdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change__isnull', False), ('verdict', 'revoked')), models.Q(('verdict', 'revoked'), _negated=True), _connector='OR'), name='revoked_by_a_change'),
        ),
    ]
